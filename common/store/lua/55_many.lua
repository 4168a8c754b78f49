-- What comes in at the same moment leaves by one call: what a call costs beside its writes is paid once.

local function ingest(keys, args) return group and G.another(keys, args) or G.ingest(keys, args) end

local together = {ingest = ingest, own_post = G.own_post, report = G.report}

-- args: how many; for each its function's name, the number of its arguments, and these.
function G.many(keys, args)
    local calls, at = {}, 2
    G.moment, G.kept = G.now(), {}
    for i = 1, tonumber(args[1]) do
        local count = tonumber(args[at + 1])
        calls[i] = {body = together[args[at]], args = {unpack(args, at + 2, at + 1 + count)}}
        at = at + 2 + count
    end
    return G.together(keys, calls)
end
