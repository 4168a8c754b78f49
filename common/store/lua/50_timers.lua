-- What happens when a time comes. Members are kind|workspace|id; the score is when.

G.due = {}

-- The owner did not renew: the conversation is everybody's again.
function G.due.lease(tx, id, at, o)
    local c = G.load(tx, 'c:', id)
    local le = G.when(tx, c, 'le')
    if not le then return false end
    if tonumber(le) <= o.resumed then
        -- Nobody could renew during the outage: every lease starts anew.
        local until_ = G.int(tx.now + o.lease)
        G.timer(tx, 'lease', id, until_, at)
        G.set(c, {le = until_})
        G.save(tx, c)
        return true
    end
    if o.returns >= o.most_returns then return nil end
    o.returns = o.returns + 1
    local owner = G.get(c, 'ow')
    G.set(c, {po = ''})
    G.give_back(tx, c, 0)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.returned', c, owner, {detail = 'the owner did not renew'})
    return true
end

function G.due.snooze(tx, id, at, o)
    local c = G.load(tx, 'c:', id)
    local sz = G.when(tx, c, 'sz')
    if not sz then return false end
    G.set(c, {due = sz})
    G.give_back(tx, c, o.reserve)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.woken', c, '')
    return true
end

-- Reserved long enough: now it is everybody's.
function G.due.reserve(tx, id, at)
    local c = G.load(tx, 'c:', id)
    if not G.when(tx, c, 'rv') then return false end
    local due = G.get(c, 'due')
    G.dequeue(tx, c)
    G.enqueue(tx, c, due, 0)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'conversation.unreserved', c, '')
    return true
end

function G.ready(tx, id, at, field, state)
    local o = G.load(tx, 'o:', id)
    if G.get(o, 'st') ~= state or not G.when(tx, o, field) then return false end
    local c = G.load(tx, 'c:', G.get(o, 'c'))
    G.timer(tx, state, id, '', at)
    G.change(o, 'queued')
    G.set(o, {[field] = ''})
    if call('LINDEX', tx.w .. 'ol:' .. c.id, 0) == id then G.work_send(tx, c, id) end
    G.save(tx, o)
    G.event(tx, 'delivery.queued', c, G.get(o, 'a'), {seq = G.get(o, 'q'), did = id, ds = 'queued'})
    return true
end

function G.due.held(tx, id, at) return G.ready(tx, id, at, 'hu', 'held') end

function G.due.retry(tx, id, at) return G.ready(tx, id, at, 'ra', 'retry') end

-- The attempt fell silent: nobody knows whether the platform published it.
function G.due.send(tx, id, at, o)
    local d = G.load(tx, 'o:', id)
    if G.get(d, 'st') ~= 'sending' or not G.when(tx, d, 'sb') then return false end
    local c = G.load(tx, 'c:', G.get(d, 'c'))
    G.timer(tx, 'send', id, '', at)
    G.set(d, {sb = '', er = 'no word of the attempt'})
    G.apply(tx, c, d, 'unconfirmed', '', o.look, o.reserve, G.get(d, 'a'))
    return true
end

-- Time to read the platform back; again later, should that get lost.
function G.due.look(tx, id, at, o)
    local d = G.load(tx, 'o:', id)
    if G.get(d, 'st') ~= 'unconfirmed' or not G.when(tx, d, 'ra') then return false end
    local again = G.int(tx.now + o.look)
    G.timer(tx, 'look', id, again, at)
    G.set(d, {ra = again})
    G.work(tx, 'reply', 'look', G.get(d, 'c'), id)
    G.save(tx, d)
    return true
end

function G.due.presence(tx, id, at, o)
    local a = G.load(tx, 'a:', id)
    local un = G.when(tx, a, 'un')
    if not un then return false end
    if tonumber(un) <= o.resumed then
        local until_ = G.int(tx.now + o.lease)
        G.timer(tx, 'presence', id, until_, at)
        G.set(a, {un = until_})
        G.save(tx, a)
        return true
    end
    -- First what he owns: should this break off, the timer is still there and does the rest.
    G.return_all(tx, id, 'the owner vanished')
    G.timer(tx, 'presence', id, '', at)
    G.set(a, {ps = 'offline', un = ''})
    G.save(tx, a)
    G.event(tx, 'agent.presence', G.fresh(tx, 'c:', ''), id, {detail = 'offline'})
    return true
end

-- The platform is asked again to hide or to like.
function G.due.act(tx, id, at)
    local conversation, key = string.match(id, '^([^|]*)|(.*)$')
    local md = G.load(tx, 'md:', conversation)
    local m = G.act_of(md, key)
    if not m or m.state ~= 'retry' then return false end
    G.timer(tx, 'act', id, '', at)
    m.state, m.retry = 'asked', ''
    G.keep_act(md, key, m)
    G.work(tx, 'reply', 'act', conversation, key .. '|' .. m.number)
    G.save(tx, md)
    return true
end

-- Nobody answered in time.
function G.due.offer(tx, id, at)
    local e = G.load(tx, 'e:', id)
    if G.get(e, 'st') ~= 'offered' or not G.when(tx, e, 'ex') then return false end
    G.timer(tx, 'offer', id, '', at)
    G.case_state(tx, e, 'expired')
    G.save(tx, e)
    G.end_side(tx, e, 'the offer was not answered', '')
    G.work(tx, 'escalation', 'next', G.get(e, 'pc'), id)
    local public = G.load(tx, 'c:', G.get(e, 'pc'))
    if public.exists then G.case_event(tx, 'expired', e, public, '') end
    return true
end

-- Does what is due. args: workspace (unused), limit, lease ms, reserve ms, look ms, most returns
-- -> how many, when the next is due ('' : none), how many failed
function G.tick(keys, args)
    local prefix, now = keys[1], G.now()
    local o = {lease = tonumber(args[3]), reserve = tonumber(args[4]), look = tonumber(args[5]),
        most_returns = tonumber(args[6]), returns = 0}
    local timers = prefix .. 'timers'
    local due = call('ZRANGEBYSCORE', timers, '-inf', G.int(now), 'WITHSCORES', 'LIMIT', 0, args[2])
    local done, failed = 0, 0
    if #due > 0 then o.resumed = tonumber(call('GET', prefix .. 'resumed') or '0') end
    for i = 1, #due, 2 do
        local ok, did = pcall(G.fire, prefix, due[i], due[i + 1], now, o)
        if not ok then
            -- One broken timer must not stop the others; it comes again later.
            failed = failed + 1
            call('ZADD', timers, G.int(now + 60000), due[i])
        elseif did then
            done = done + 1
        end
    end
    local following = call('ZRANGE', timers, 0, 0, 'WITHSCORES')
    return G.ok(G.int(done), following[2] or '', G.int(failed))
end

function G.fire(prefix, member, score, now, o)
    local kind, ws, id = string.match(member, '^([^|]*)|([^|]*)|(.*)$')
    local tx = G.tx(prefix, ws, now)
    local at = G.int(tonumber(score))
    local did = G.due[kind] and G.due[kind](tx, id, at, o)
    if did == nil and G.due[kind] then return false end
    if not did then
        if tx.later then
            G.zadd(tx, prefix .. 'timers', tx.later, member, at)
        else
            G.zrem(tx, prefix .. 'timers', member, at)
        end
    end
    G.commit(tx)
    return did
end

-- After an outage, and when a routing process takes over: leases that ran out meanwhile start anew.
function G.resume(keys, args)
    local tx = G.open(keys, args)
    local key = tx.p .. 'resumed'
    G.put(tx, key, tx.at, call('GET', key) or nil)
    G.commit(tx)
    return G.ok()
end
