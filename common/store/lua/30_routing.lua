-- Who works on what. args of all: ws, actor, request id, scope, then what each names.

-- args[5..]: lease ms, capacity, random, teams, channels, languages ('*' or a list), most queues looked at,
-- bot ('1': no calls to make), 13 most messages that come with it (see G.showing)
function G.claim_next(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return G.showing_again(stop, keys, args, args[13]) end
    local actor, scope = args[2], args[4]
    if call('ZCARD', tx.w .. 'own:' .. actor) >= tonumber(args[6]) then
        return G.refuse('8', 'over_capacity', 'you own as many conversations as you may: resolve or release one')
    end
    local c = G.next_for(tx, actor, scope, args)
    if not c then return G.ok('') end
    return G.claimed(tx, c, actor, args[7], tonumber(args[5]), args[13])
end

function G.serves(scope, args, team, channel, vis, language)
    return G.allowed(scope, team, channel, vis) and G.listed(args[8], team) and G.listed(args[9], channel)
        and G.listed(args[10], language)
end

-- The most urgent of what is reserved for the actor, and when it is due. What somebody reserved for him beyond
-- his scope is not his.
function G.reserved_for(tx, actor, scope, args)
    local mine = call('ZRANGE', tx.w .. 'qa:' .. actor, 0, 19, 'WITHSCORES')
    for i = 1, #mine, 2 do
        local c = G.load(tx, 'c:', mine[i])
        local serves = c.exists and not (args[12] == '1' and G.get(c, 'cb') ~= '')
        if serves and G.serves(scope, args, G.get(c, 'tm'), G.get(c, 'ch'), G.get(c, 'vis'), G.get(c, 'lg')) then
            return c, tonumber(mine[i + 1])
        end
    end
end

-- The first of a queue and when it is due, past what the actor himself has just handed off: it is for somebody else.
function G.first_for(tx, actor, key)
    -- Nearly always it is the head.
    for last = 0, 20, 20 do
        local found = call('ZRANGE', key, last == 0 and 0 or 1, last, 'WITHSCORES')
        for i = 1, #found, 2 do
            local c = G.load(tx, 'c:', found[i])
            if c.exists and G.get(c, 'hf') ~= actor then return c, tonumber(found[i + 1]) end
        end
    end
end

-- The most urgent conversation that the actor may serve; reserved ones first where they are as urgent.
function G.next_for(tx, actor, scope, args)
    local best, urgent, queue = G.reserved_for(tx, actor, scope, args)
    local most = tonumber(args[11])
    local names = call('ZRANGE', tx.w .. 'qs', 0, most - 1, 'WITHSCORES')
    for i = 1, #names, 2 do
        local name, head = names[i], tonumber(names[i + 1])
        if best and (urgent < head or (urgent == head and not queue)) then break end
        local team, language, channel, vis, call_back = string.match(name, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)(.*)$')
        if not (args[12] == '1' and call_back ~= '') and G.serves(scope, args, team, channel, vis, language) then
            local c, due = G.first_for(tx, actor, tx.w .. 'q:' .. name)
            if c and (not best or due < urgent or (due == urgent and queue and name < queue)) then
                best, urgent, queue = c, due, name
            end
        end
    end
    return best
end

function G.claimed(tx, c, actor, random, lease, most)
    G.own(tx, c, actor, random, lease)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.claimed', c, actor)
    return G.taken(tx, c, actor, most)
end

-- It is read before anything is written: a read that fails then leaves nothing behind.
function G.taken(tx, c, actor, most)
    local answer = G.ok(c.id, G.get(c, 'ep'), G.get(c, 'v'))
    local shown = G.showing(answer, tx.w, c.id, G.flat(c), actor, most)
    G.done(tx, answer)
    return shown
end

-- args[5..]: conversation, lease ms, capacity, random, bot ('1'), 10 most messages that come with it (see G.showing)
function G.claim(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return G.showing_again(stop, keys, args, args[10]) end
    local actor = args[2]
    local owner = G.get(c, 'ow')
    if owner == actor then return G.taken(tx, c, actor, args[10]) end
    if owner ~= '' then
        return G.refuse('9', 'owned_by_other', 'this conversation is owned by ' .. owner, c)
    end
    if G.get(c, 'st') == 'resolved' then
        return G.refuse('9', 'resolved', 'this conversation is resolved: reopen it first', c)
    end
    if args[9] == '1' and G.get(c, 'cb') ~= '' then
        return G.refuse('9', 'for_people', 'this is a call to make: it takes a person', c)
    end
    if G.num(c, 'od') > 0 then
        return G.refuse('9', 'delivery_open', 'an answer is on its way: wait until it is settled', c)
    end
    if call('ZCARD', tx.w .. 'own:' .. actor) >= tonumber(args[7]) then
        return G.refuse('8', 'over_capacity', 'you own as many conversations as you may: resolve or release one', c)
    end
    return G.claimed(tx, c, actor, args[8], tonumber(args[6]), args[10])
end

-- args[5..]: lease ms, conversations… -> those that the actor still owns
function G.renew(keys, args)
    local tx = G.open(keys, args)
    local actor, kept = args[2], {}
    local until_ = G.int(tx.now + tonumber(args[5]))
    local ids = {}
    for i = 6, #args do ids[#ids + 1] = args[i] end
    if #ids == 0 then ids = call('ZRANGE', tx.w .. 'own:' .. actor, 0, 499) end
    for _, id in ipairs(ids) do
        local c = G.load(tx, 'c:', id)
        if c.exists and G.get(c, 'ow') == actor then
            G.timer(tx, 'lease', id, until_, G.get(c, 'le'))
            G.set(c, {le = until_})
            G.save(tx, c)
            kept[#kept + 1] = id
        end
    end
    G.commit(tx)
    return G.ok(until_, unpack(kept))
end

-- args[5..]: conversation, version (0: any), agent, team, reason, lease ms, capacity (0: any), random, bot ('1')
function G.assign(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor, agent = args[2], args[7]
    if args[6] ~= '0' and args[6] ~= G.get(c, 'v') then
        return G.refuse('9', 'stale_version', 'this conversation has changed: look again', c)
    end
    if G.get(c, 'st') == 'resolved' then
        return G.refuse('9', 'resolved', 'this conversation is resolved: reopen it first', c)
    end
    if args[13] == '1' and G.get(c, 'cb') ~= '' then
        return G.refuse('9', 'for_people', 'this is a call to make: it takes a person', c)
    end
    if agent ~= '' and agent ~= G.get(c, 'ow') and G.num(c, 'od') > 0 then
        return G.refuse('9', 'delivery_open', 'an answer is on its way: wait until it is settled', c)
    end
    local capacity = tonumber(args[11])
    if agent ~= '' and agent ~= G.get(c, 'ow') and capacity > 0
        and call('ZCARD', tx.w .. 'own:' .. agent) >= capacity then
        return G.refuse('8', 'over_capacity', agent .. ' owns as many conversations as allowed', c)
    end
    if args[8] ~= '' then
        -- The queue it waits in carries the old team's name.
        G.dequeue(tx, c)
        G.set(c, {tm = args[8]})
    end
    if agent ~= '' then
        G.own(tx, c, agent, args[12], tonumber(args[10]))
    else
        G.set(c, {po = ''})
        G.give_back(tx, c, 0)
    end
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.assigned', c, actor, {detail = args[9]})
    return G.done(tx, G.ok(c.id, G.get(c, 'ep'), G.get(c, 'v')))
end

-- Release, handoff and transfer.
-- args[5..]: conversation, epoch, event, reason, agent (reserved for), team, note blob, reserve ms
function G.give(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor = args[2]
    local refusal = G.not_owner(c, actor, args[6])
    if refusal then return refusal end
    if args[10] ~= '' then G.set(c, {tm = args[10]}) end
    G.set(c, {po = args[9], hf = args[7] == 'conversation.handed_off' and actor or ''})
    if args[11] ~= '' then
        G.append(tx, c.id, 'n', '', args[11])
        G.set(c, {ms = G.int(G.num(c, 'ms') + 1)})
    end
    G.give_back(tx, c, tonumber(args[12]))
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, args[7], c, actor, {detail = args[8]})
    return G.done(tx, G.ok(c.id, '', G.get(c, 'v')))
end

-- args[5..]: conversation, epoch, until, reason
function G.snooze(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor, until_ = args[2], args[7]
    local refusal = G.not_owner(c, actor, args[6])
    if refusal then return refusal end
    if tonumber(until_) <= tx.now then
        return G.refuse('3', 'until_past', 'the time to come back must lie ahead', c)
    end
    G.disown(tx, c)
    G.timer(tx, 'snooze', c.id, until_, '')
    G.set(c, {st = 'snoozed', sz = until_, po = actor})
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.snoozed', c, actor, {detail = args[8]})
    return G.done(tx, G.ok(c.id, '', G.get(c, 'v')))
end

-- args[5..]: conversation, epoch, outcome, cause, remedy, supervisor ('1')
function G.resolve(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor = args[2]
    if G.get(c, 'st') == 'resolved' then return G.done(tx, G.ok(c.id, '', G.get(c, 'v'))) end
    if not (args[10] == '1' or (args[6] == '' and G.get(c, 'ow') == '')) then
        local refusal = G.not_owner(c, actor, args[6])
        if refusal then return refusal end
    end
    if G.call_open(tx, c) then
        return G.refuse('9', 'call_open', 'this is a call to make: record how it went, that resolves it', c)
    end
    G.close(tx, c, args[7], args[8], args[9])
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.resolved', c, actor, {detail = args[7]})
    return G.done(tx, G.ok(c.id, '', G.get(c, 'v')))
end

function G.close(tx, c, outcome, cause, remedy)
    local owner = G.get(c, 'ow')
    G.dequeue(tx, c)
    G.unsnooze(tx, c)
    G.disown(tx, c)
    G.set(c, {st = 'resolved', oc = outcome, ca = cause, re = remedy, rt = '', po = owner, fd = '', due = '', hf = ''})
    if G.get(c, 'es') ~= '' and G.get(c, 'vis') == 'private' then G.case_resolved(tx, c) end
end

-- args[5..]: conversation, reason
function G.reopen(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor = args[2]
    local state = G.get(c, 'st')
    if state ~= 'resolved' and state ~= 'pending' and state ~= 'snoozed' then
        return G.refuse('9', 'not_closed', 'this conversation is open already', c)
    end
    G.set(c, {po = '', oc = '', due = tx.at})
    G.give_back(tx, c, 0)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.reopened', c, actor, {detail = args[6]})
    return G.done(tx, G.ok(c.id, '', G.get(c, 'v')))
end

-- args[5..]: conversation, add (list), remove (list)
function G.labels(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local kept, seen, gone = {}, {}, {}
    for label in string.gmatch(args[7], '[^,]+') do gone[label] = true end
    for label in string.gmatch(G.get(c, 'lb') .. ',' .. args[6], '[^,]+') do
        if not seen[label] and not gone[label] then
            seen[label] = true
            kept[#kept + 1] = label
        end
    end
    if #kept > 50 then return G.refuse('8', 'too_many_labels', 'a conversation bears 50 labels at most', c) end
    G.set(c, {lb = table.concat(kept, ',')})
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.labelled', c, args[2])
    return G.done(tx, G.ok(c.id, '', G.get(c, 'v')))
end

-- args[5..]: presence, until, capacity. Offline gives back what the agent owns, one by one, at most 200: each is
-- whole; should the call break off, he is still there, and the next call or his timers return the rest.
function G.presence(keys, args)
    local tx = G.open(keys, args)
    local agent = args[2]
    if args[5] == 'offline' then G.return_all(tx, agent, 'the owner went offline') end
    local a = G.load(tx, 'a:', agent)
    local old = G.get(a, 'un')
    local until_ = args[5] == 'offline' and '' or args[6]
    G.timer(tx, 'presence', agent, until_, old)
    local changed = G.get(a, 'ps') ~= args[5]
    G.set(a, {ps = args[5], un = until_, cap = args[7]})
    G.save(tx, a)
    if old == '' then G.zadd(tx, tx.w .. 'ag', '0', agent, a.exists and '0' or nil) end
    if changed then
        local none = G.fresh(tx, 'c:', '')
        G.event(tx, 'agent.presence', none, agent, {detail = args[5]})
    end
    local load = G.int(call('ZCARD', tx.w .. 'own:' .. agent))
    G.commit(tx)
    return G.ok(until_, load)
end

function G.return_all(tx, agent, reason)
    for _, id in ipairs(call('ZRANGE', tx.w .. 'own:' .. agent, 0, 199)) do
        G.return_one(G.tx(tx.p, tx.ws, tx.now), id, agent, reason)
    end
end

function G.return_one(tx, id, owner, reason)
    local c = G.load(tx, 'c:', id)
    if G.get(c, 'ow') ~= owner then return end
    G.set(c, {po = ''})
    G.give_back(tx, c, 0)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.returned', c, owner, {detail = reason})
    G.commit(tx)
end
