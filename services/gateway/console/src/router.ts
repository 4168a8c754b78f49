// Addresses: /desk/<page>. The server gives the same page for all of them.
import { createRouter, createWebHistory, type Router } from "vue-router";
import { placeToReturn } from "@/api/session";
import type { Desk } from "@/app/desk";
import { pages } from "@/pages";

export function makeRouter(desk: Desk): Router {
    const allowed = pages.filter((page) => !page.least || desk.rights[page.least]);
    const router = createRouter({
        history: createWebHistory(),
        routes: [
            { path: "/", redirect: () => placeToReturn() || "/desk/queue" },
            ...allowed.map((page) => ({
                path: `/desk/${page.path}`, name: page.name, component: page.component, props: page.props ?? true, meta: { page: page.name },
            })),
            { path: "/desk/:rest(.*)*", redirect: "/desk/queue" },
        ],
    });
    return router;
}
