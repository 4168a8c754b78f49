-- A call-back: the private side of a case is a task for a person, not a thread. `cb` of its conversation holds number,
-- wanted time and consent. It waits in a queue of its own, which no bot is served from; nothing can be sent there.
-- The case is offered until somebody says how the call went.

-- A client's Escalate comes to an offer or to a call; of a call there is no owner's token in the answer: nobody has it yet.
G.one_call.g1_call_back = 'g1_escalate'
G.one_call.g1_escalated = 'g1_escalate'

-- What this request was answered; nothing: it is new. args: ws, actor, request
function G.escalated(keys, args)
    local stop = G.enter(keys, args)
    return stop or G.ok()
end

-- args: 1 ws, actor, request, scope, 5 public conversation, epoch ('*': the service itself), case (new), route, 9 channel, private conversation
-- (new), 11 public delivery, blob, text ('' : nothing is said), 14 undo ms, chain, reasons, 17 persona, digest,
-- 19 call blob, note blob, 21 wanted from ('' : now), identity
function G.call_back(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor = args[2]
    local refusal = args[6] ~= '*' and G.not_owner(c, actor, args[6])
    if refusal then return refusal end
    local e
    e, refusal = G.offerable(tx, c)
    if refusal then return refusal end
    e = e or G.fresh(tx, 'e:', args[7])
    if not e.exists then G.set(e, {cr = tx.at, a = actor, rs = args[16], pc = c.id}) end
    local p = G.call_task(tx, c, e, args)
    -- What was written for the other ways stays: they may follow, and must not say again what was said.
    G.set(e, {vc = p.id, ri = args[8], rk = 'call_back', rc = args[9], wy = '', key = '', ex = '', chain = args[15],
        td = G.tried(e, args[8]), pe = args[17], by = actor, tp = '', of = tx.at, pd = '',
        qd = args[13] ~= '' and args[11] or '', qb = '', qt = '', idn = args[22], qg = '', dc = '', er = ''})
    if args[13] ~= '' then G.set(e, {pw = args[13], said = '1'}) end
    G.case_state(tx, e, 'offered')
    local delivery = ''
    if args[13] ~= '' then
        local out
        out, refusal = G.put_out(tx, c, {actor = actor, id = args[11], blob = args[12], text = args[13],
            undo = tonumber(args[14]), after = 'keep', persona = args[17], escalation = e.id, digest = args[18]})
        if not out then return refusal end
        delivery = out.id
    end
    G.set(c, {es = e.id, cp = p.id})
    G.save(tx, e)
    G.case_event(tx, 'offered', e, c, actor)
    return G.done(tx, G.ok(e.id, p.id, '', delivery, G.get(c, 'v')))
end

function G.call_task(tx, c, e, args)
    local now = tx.at
    local wanted = args[21] ~= '' and tonumber(args[21]) > tx.now and args[21] or now
    local p = G.fresh(tx, 'c:', args[10])
    G.set(p, {v = '0', ['in'] = '0', ch = args[9], vis = 'private', ct = G.get(c, 'ct'), cn = G.get(c, 'cn'),
        tm = G.get(c, 'tm'), lg = G.get(c, 'lg'), cr = now, rf = G.get(c, 'rf'), sub = G.get(c, 'sub'),
        tr = G.get(c, 'tr'), pv = G.get(c, 'pv'), es = e.id, cp = c.id, idn = args[22], cb = args[19], ms = '1',
        due = wanted, fd = wanted})
    G.append(tx, p.id, 'n', '', args[20])
    if G.get(c, 'ct') ~= '' then G.zadd(tx, tx.w .. 'kc:' .. G.get(c, 'ct'), now, p.id) end
    if wanted == now then
        G.enqueue(tx, p, now, 0)
    else
        G.set(p, {st = 'snoozed', sz = wanted})
        G.timer(tx, 'snooze', p.id, wanted, '')
    end
    G.touch(tx, p)
    G.save(tx, p)
    G.event(tx, 'conversation.created', p, args[2], {seq = '1'})
    return p
end

-- The case of a call of which nobody has said yet how it went; nil when there is none.
function G.call_open(tx, c)
    if G.get(c, 'cb') == '' then return nil end
    local e = G.load(tx, 'e:', G.get(c, 'es'))
    return G.get(e, 'vc') == c.id and G.get(e, 'st') == 'offered' and e or nil
end

-- args: ws, actor, request, scope, conversation, epoch, result (reached kept not_reached declined), note blob
function G.called(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor, result = args[2], args[7]
    if G.get(c, 'cb') == '' then return G.refuse('9', 'no_call', 'there is no call to make in this conversation', c) end
    local refusal = G.not_owner(c, actor, args[6])
    if refusal then return refusal end
    local e = G.call_open(tx, c)
    if not e then return G.refuse('9', 'call_settled', 'how this call went has been said already', c) end
    if args[8] ~= '' then
        G.append(tx, c.id, 'n', '', args[8])
        G.set(c, {ms = G.int(G.num(c, 'ms') + 1)})
    end
    G.call_moves(tx, e, result, actor)
    G.touch(tx, c)
    if result ~= 'kept' then
        local outcomes = {reached = 'solved', not_reached = 'handed_on', declined = 'no_answer_needed'}
        G.close(tx, c, outcomes[result], result == 'reached' and '' or 'call ' .. string.gsub(result, '_', ' '), '')
    end
    G.save(tx, c)
    G.event(tx, 'call.recorded', c, actor, {seq = args[8] ~= '' and G.get(c, 'ms') or '', detail = result})
    if result ~= 'kept' then G.event(tx, 'conversation.resolved', c, actor, {detail = G.get(c, 'oc')}) end
    return G.done(tx, G.ok(e.id, c.id))
end

function G.call_moves(tx, e, result, actor)
    local public = G.load(tx, 'c:', G.get(e, 'pc'))
    local states = {not_reached = 'expired', declined = 'declined'}
    local state = states[result] or 'accepted'
    G.case_state(tx, e, state)
    if public.exists then G.case_event(tx, state, e, public, actor) end
    if result == 'reached' then
        G.case_state(tx, e, 'resolved')
        if public.exists then G.case_event(tx, 'resolved', e, public, actor) end
    elseif result == 'not_reached' then
        G.set(e, {er = 'not reached on the telephone'})
        G.work(tx, 'escalation', 'next', G.get(e, 'pc'), e.id)
    elseif result == 'declined' then
        G.set(e, {dc = 'declined on the telephone'})
        G.work(tx, 'escalation', 'next', G.get(e, 'pc'), e.id)
    end
    G.save(tx, e)
end

-- The case ended otherwise: nobody is to call any more.
function G.drop_call(tx, e, actor)
    local p = G.get(e, 'rk') == 'call_back' and G.load(tx, 'c:', G.get(e, 'vc'))
    if not p or not p.exists or G.get(p, 'st') == 'resolved' then return end
    G.close(tx, p, 'no_answer_needed', actor == '' and 'answered otherwise' or 'call declined', '')
    G.touch(tx, p)
    G.save(tx, p)
    G.event(tx, 'conversation.resolved', p, actor, {detail = 'no_answer_needed'})
end
