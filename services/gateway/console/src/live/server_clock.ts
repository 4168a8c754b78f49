// The server's time, seen from here: every deadline on screen counts by it, whatever the machine's own clock says.
import { ref, type Ref } from "vue";

export class ServerClock {
    // Ticks; reading it makes a component count.
    readonly now: Ref<number>;
    private offset = 0;
    private best = Infinity;

    constructor(private readonly local: () => number = Date.now) {
        this.now = ref(this.local());
    }

    // `server`: what the server said, between two local moments. The quickest answer tells best.
    learn(server: number, asked: number, answered: number): void {
        const width = answered - asked;
        if (width > this.best) return;
        this.best = width;
        this.offset = server - (asked + answered) / 2;
        this.tick();
    }

    time(): number {
        return this.local() + this.offset;
    }

    tick(): void {
        this.now.value = this.time();
    }
}
