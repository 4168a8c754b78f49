-- Who is not whom. kr:<contact> holds, on both sides, the contacts of whom somebody said that they are others:
-- contact -> by|at. Of persons with several contacts, those that were on top then.

local most_apart = 200

-- Both persons as a caller names them, on top and whole; else a refusal.
function G.two_persons(tx, args)
    local one, his, refusal = G.person(tx, args[5], args[4], '0')
    if not one then return refusal end
    local other, others
    other, others, refusal = G.person(tx, args[6], args[4], '0')
    if not other then return refusal end
    if one.id == other.id then
        return G.refuse('9', 'one_already', 'these are one contact: undo the merge, or split it')
    end
    return nil, one, other, his, others
end

function G.told_apart(tx, kind, args, one, other, his, others)
    for _, id in ipairs(others) do his[#his + 1] = id end
    G.contact_event(tx, kind, his, args[2], one.id .. ' and ' .. other.id)
    return G.done(tx, G.ok(one.id, other.id))
end

-- Both sides of what was said of this contact.
function G.forget_apart(tx, id)
    local told = call('HGETALL', tx.w .. 'kr:' .. id)
    for i = 1, #told, 2 do
        for _, pair in ipairs({{id, told[i]}, {told[i], id}}) do
            local key = tx.w .. 'kr:' .. pair[1]
            local old = call('HGET', key, pair[2])
            if old then G.stage(tx, {'HDEL', key, pair[2]}, {'HSET', key, pair[2], old}) end
        end
    end
end

-- args: ws, actor, request, scope, contact, other
function G.tell_apart(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local refusal, one, other, his, others = G.two_persons(tx, args)
    if refusal then return refusal end
    for _, pair in ipairs({{one.id, other.id}, {other.id, one.id}}) do
        local key = tx.w .. 'kr:' .. pair[1]
        local old = call('HGET', key, pair[2])
        if not old and call('HLEN', key) >= most_apart then
            return G.refuse('8', 'too_many', 'as many were told apart from ' .. pair[1] .. ' as may be')
        end
        if not old then
            G.stage(tx, {'HSET', key, pair[2], args[2] .. '|' .. tx.at}, {'HDEL', key, pair[2]})
        end
    end
    return G.told_apart(tx, 'contact.told_apart', args, one, other, his, others)
end

-- The same taken back, by whichever of their contacts it was said. args: as above
function G.untell_apart(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local refusal, one, other, his, others = G.two_persons(tx, args)
    if refusal then return refusal end
    local found = false
    for _, mine in ipairs(his) do
        for _, theirs in ipairs(others) do
            for _, pair in ipairs({{mine, theirs}, {theirs, mine}}) do
                local key = tx.w .. 'kr:' .. pair[1]
                local old = call('HGET', key, pair[2])
                if old then
                    found = true
                    G.stage(tx, {'HDEL', key, pair[2]}, {'HSET', key, pair[2], old})
                end
            end
        end
    end
    if not found then return G.refuse('9', 'not_refused', 'nobody said that these are two persons') end
    return G.told_apart(tx, 'contact.refusal_undone', args, one, other, his, others)
end
