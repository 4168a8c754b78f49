-- What comes in at the same moment leaves by one call: what a call costs beside its writes is paid once.

local together = {ingest = G.ingest, own_post = G.own_post, report = G.report}

-- args: how many; for each its function's name, the number of its arguments, and these. Each is a transaction of its
-- own, in order: one that fails leaves nothing behind and says so, the others stand.
function G.many(keys, args)
    local answers = {}
    local at = 2
    G.moment, G.kept = G.now(), {}
    for i = 1, tonumber(args[1]) do
        local count = tonumber(args[at + 1])
        local done, answer = pcall(together[args[at]], keys, {unpack(args, at + 2, at + 1 + count)})
        at = at + 2 + count
        if not done then
            G.kept = {}
            -- Redis's errors are tables, Lua's own are texts.
            local why = type(answer) == 'table' and answer.err or tostring(answer)
            answer = {'err', '14', 'not_stored', 'not stored: ' .. why}
        end
        answers[i] = answer
    end
    return answers
end
