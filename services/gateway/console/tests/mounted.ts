// A composable within a component, without a browser: mounted on nothing, and taken away again.
import { createRenderer, defineComponent, type App } from "vue";

interface Place { children: Place[]; parent: Place | undefined }
const place = (): Place => ({ children: [], parent: undefined });
const { createApp } = createRenderer<Place, Place>({
    createElement: place, createText: place, createComment: place, setText: () => undefined, setElementText: () => undefined, patchProp: () => undefined,
    insert: (child, parent) => { child.parent = parent; parent.children.push(child); },
    remove: () => undefined, parentNode: (node) => node.parent ?? null, nextSibling: () => null,
});

// `furnish` gives the component what it finds around it.
export function mounted<Value>(setup: () => Value, furnish: (app: App<Place>) => void = () => undefined): { value: Value; leave: () => void } {
    let value: Value | undefined;
    const app = createApp(defineComponent({ setup: () => { value = setup(); return () => null; } }));
    furnish(app);
    app.mount(place());
    return { value: value as Value, leave: () => app.unmount() };
}
