// Many requests for a thing in a short while make one doing of it; what is asked while it is being done makes one more.
// An error is passed over: the next request, or the next connection, does it again.
export function soon(work: () => Promise<void>, delay: number): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let busy = false;
    let again = false;
    async function run(): Promise<void> {
        timer = undefined;
        busy = true;
        try {
            await work();
        } catch {
            // Said above.
        }
        busy = false;
        if (again) request();
    }
    function request(): void {
        again = busy;
        if (!busy && timer === undefined) timer = setTimeout(() => void run(), delay);
    }
    return request;
}
