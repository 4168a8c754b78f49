-- What follows an offer that led nowhere, beyond the ways that are offered without asking.

-- Nobody wrote on this private side, and nothing is on its way to it.
function G.nothing_left(p)
    return G.get(p, 'vis') == 'private' and G.get(p, 'cb') == '' and G.num(p, 'in') == 0 and G.num(p, 'od') == 0
end

-- So it ends when its offer does, and counts against nobody. A late answer finds it by its thread and reopens it, for who
-- made the offer. -> whether it ended now
function G.end_empty(tx, p, why)
    if not p.exists or G.get(p, 'st') == 'resolved' or not G.nothing_left(p) then return false end
    local preferred = G.get(p, 'po')
    G.close(tx, p, 'no_answer_needed', why, '')
    if G.get(p, 'po') == '' then G.set(p, {po = preferred}) end
    return true
end

-- The same for the private side of a case, told to who watches it.
function G.end_side(tx, e, why, actor)
    if G.get(e, 'vc') == '' then return end
    local p = G.load(tx, 'c:', G.get(e, 'vc'))
    if not G.end_empty(tx, p, why) then return end
    G.touch(tx, p)
    G.save(tx, p)
    G.event(tx, 'conversation.resolved', p, actor, {detail = 'no_answer_needed'})
end

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
        G.set(c, {due = tx.at})
        G.give_back(tx, c, tonumber(args[5]))
    end
    G.case_event(tx, 'proposed', e, c, '')
    G.commit(tx)
    return G.ok('proposed')
end
