-- What follows an offer that led nowhere, beyond the ways that are offered without asking.

-- He agreed to be called should the other ways lead nowhere. args: ws, actor, request, scope, case, call blob
function G.agree_call(keys, args)
    local stop, tx, e, c = G.on(G.case, keys, args)
    if stop then return stop end
    local state = G.get(e, 'st')
    if state == 'resolved' or state == 'closed' then
        return G.refuse('9', 'not_open', 'the case is ' .. state .. ' already', c)
    end
    G.set(e, {cw = args[6], v = G.int(G.num(e, 'v') + 1)})
    G.save(tx, e)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'call.agreed', c, args[2], {detail = e.id})
    return G.done(tx, G.ok(e.id))
end

-- Nothing more can be offered without a person: the case is proposed again, with what could be next. What rests comes back,
-- or nobody would read it. args: ws, case, entry of the work, reasons, reserve ms -> proposed, or skipped
function G.propose_next(keys, args)
    local tx = G.open(keys, args)
    local e = G.load(tx, 'e:', args[2])
    local state = G.get(e, 'st')
    local c = e.exists and G.load(tx, 'c:', G.get(e, 'pc'))
    G.ack(tx, 'escalation', args[3])
    if not c or not c.exists or (state ~= 'expired' and state ~= 'declined') then
        G.commit(tx)
        return G.ok('skipped')
    end
    G.set(e, {rs = args[4]})
    G.case_state(tx, e, 'proposed')
    G.save(tx, e)
    if G.get(c, 'st') == 'pending' then
        G.set(c, {due = G.int(tx.now)})
        G.give_back(tx, c, tonumber(args[5]))
    end
    G.case_event(tx, 'proposed', e, c, '')
    G.commit(tx)
    return G.ok('proposed')
end
