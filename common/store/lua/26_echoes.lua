-- An offer to somebody whom the platform has not named yet: only its answer or its echo tells who he is. te:<channel> holds
-- the cases whose offer is not settled, by the time it was made.

function G.echo_key(tx, e) return tx.w .. 'te:' .. G.get(e, 'rc') end

function G.await_echo(tx, e)
    G.zadd(tx, G.echo_key(tx, e), tx.at, e.id, call('ZSCORE', G.echo_key(tx, e), e.id) or nil)
end

function G.echo_settled(tx, e)
    local at = call('ZSCORE', G.echo_key(tx, e), e.id)
    if at then G.zrem(tx, G.echo_key(tx, e), e.id, at) end
end

-- The conversation and delivery of the offer that may be these words in this thread, who is then named by it; nil when
-- there is none, or several look alike. Of more than a hundred offers on their way, the newest are looked at.
function G.offer_in_doubt(tx, channel, thread, digest)
    local found, person
    for _, id in ipairs(call('ZREVRANGE', tx.w .. 'te:' .. channel, 0, 99)) do
        local e = G.load(tx, 'e:', id)
        local prefix = G.get(e, 'tp')
        local o = G.load(tx, 'o:', G.get(e, 'pd'))
        local state = G.get(o, 'st')
        if prefix ~= '' and #thread > #prefix and string.sub(thread, 1, #prefix) == prefix
            and (state == 'sending' or state == 'unconfirmed') and G.get(o, 'dg') == digest then
            if found then return nil end
            found, person = o, string.sub(thread, #prefix + 1)
        end
    end
    if not found then return nil end
    G.set(found, {mt = person})
    return G.load(tx, 'c:', G.get(found, 'c')), found
end
