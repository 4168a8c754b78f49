-- Queues: q:<team|language|channel|visibility> holds what waits, by due time; qs holds the due time of each
-- queue's head, so that take-next looks at as many keys as it must and no more; qa:<agent> holds what is
-- reserved for one agent until its timer moves it.

-- The two first of a queue without `id`: the head that it leaves behind, and the head that is.
function G.heads(key, id)
    local top = call('ZRANGE', key, 0, 1, 'WITHSCORES')
    local head, other
    for i = 1, #top, 2 do
        head = head or top[i + 1]
        if top[i] ~= id and not other then other = top[i + 1] end
    end
    return head, other
end

-- Nothing is reserved for an agent who has said that he is not there.
function G.may_come(tx, agent)
    local presence = call('HGET', tx.w .. 'a:' .. agent, 'ps')
    return presence ~= 'offline' and presence ~= 'away'
end

-- Calls to make have queues of their own: a bot is never served from them, so their heads suit all whom they serve.
function G.queue_of(c)
    return G.get(c, 'tm') .. '|' .. G.get(c, 'lg') .. '|' .. G.get(c, 'ch') .. '|' .. G.get(c, 'vis')
        .. (G.get(c, 'cb') ~= '' and '|call' or '')
end

function G.enqueue(tx, c, due, reserve)
    due = G.int(tonumber(due))
    local preferred = G.get(c, 'po')
    if preferred ~= '' and reserve > 0 and G.may_come(tx, preferred) then
        local until_ = G.int(tx.now + reserve)
        G.zadd(tx, tx.w .. 'qa:' .. preferred, due, c.id)
        G.timer(tx, 'reserve', c.id, until_, '')
        G.set(c, {q = '@' .. preferred, rv = until_, due = due, st = 'waiting'})
        return
    end
    local name = G.queue_of(c)
    local key = tx.w .. 'q:' .. name
    local head, other = G.heads(key, c.id)
    G.zadd(tx, key, due, c.id, c.old.q == name and c.old.due or nil)
    if not other or tonumber(due) < tonumber(other) then
        G.zadd(tx, tx.w .. 'qs', due, name, head)
    elseif head ~= other then
        G.zadd(tx, tx.w .. 'qs', other, name, head)
    end
    G.set(c, {q = name, due = due, st = 'waiting'})
end

-- Takes a conversation out of wherever it waits; nothing when it does not.
function G.dequeue(tx, c)
    local name = G.get(c, 'q')
    if name == '' then return end
    if string.sub(name, 1, 1) == '@' then
        G.zrem(tx, tx.w .. 'qa:' .. string.sub(name, 2), c.id, G.get(c, 'due'))
        G.timer(tx, 'reserve', c.id, '', G.get(c, 'rv'))
        G.set(c, {q = '', rv = ''})
        return
    end
    local key = tx.w .. 'q:' .. name
    local head, other = G.heads(key, c.id)
    G.zrem(tx, key, c.id, G.get(c, 'due'))
    if not other then
        G.zrem(tx, tx.w .. 'qs', name, head)
    elseif other ~= head then
        G.zadd(tx, tx.w .. 'qs', other, name, head)
    end
    G.set(c, {q = ''})
end

-- Forgets that it was put aside.
function G.unsnooze(tx, c)
    G.timer(tx, 'snooze', c.id, '', G.get(c, 'sz'))
    G.set(c, {sz = ''})
end

-- Makes `agent` its owner. `random`: 64 random bits of the claimant, as text.
function G.own(tx, c, agent, random, lease)
    G.dequeue(tx, c)
    G.unsnooze(tx, c)
    G.disown(tx, c)
    local counter = G.num(c, 'en') + 1
    local until_ = G.int(tx.now + lease)
    G.set(c, {ow = agent, st = 'owned', en = G.int(counter), ep = G.int(counter) .. ':' .. random, le = until_,
        rt = '', oc = '', po = '', hf = ''})
    G.zadd(tx, tx.w .. 'own:' .. agent, tx.at, c.id)
    G.timer(tx, 'lease', c.id, until_, '')
    G.set(c, {os = tx.at})
end

function G.disown(tx, c)
    local owner = G.get(c, 'ow')
    if owner == '' then return end
    G.zrem(tx, tx.w .. 'own:' .. owner, c.id, G.get(c, 'os'))
    G.timer(tx, 'lease', c.id, '', G.get(c, 'le'))
    G.set(c, {ow = '', ep = '', le = '', os = ''})
end

-- Back to the queue. While an answer is on its way it waits aside, so that no second one is written.
function G.give_back(tx, c, reserve)
    G.dequeue(tx, c)
    G.unsnooze(tx, c)
    G.disown(tx, c)
    if G.num(c, 'od') > 0 then
        G.set(c, {st = 'waiting', rt = '1'})
        return
    end
    G.set(c, {rt = ''})
    local due = G.get(c, 'due')
    G.enqueue(tx, c, due ~= '' and due or tx.at, reserve)
end

function G.is_owner(c, actor, epoch)
    return G.get(c, 'ow') == actor and G.get(c, 'ep') == epoch
end

-- Why a write as owner is refused; nil when it is not.
function G.not_owner(c, actor, epoch)
    if G.is_owner(c, actor, epoch) then return nil end
    local owner = G.get(c, 'ow')
    if owner == actor then
        return G.refuse('9', 'stale_epoch', 'you took this conversation again since: use the new epoch', c)
    end
    if owner == '' then return G.refuse('9', 'not_owned', 'nobody owns this conversation: claim it first', c) end
    return G.refuse('9', 'owned_by_other', 'this conversation is owned by ' .. owner, c)
end
