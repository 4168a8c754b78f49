-- From public to private, as one tracked case. e:<id> is the case; both conversations name it in `es` and each other in
-- `cp`. rt:<route> is a route that can be used once: absent (free), reserved|case, spent|case.
-- proposed -> offered -> accepted -> resolved -> closed; declined, expired -> offered again, by the next route.

-- Tells whoever watches either side.
function G.case_event(tx, kind, e, c, actor)
    G.touch(tx, c)
    G.save(tx, c)
    G.event(tx, 'escalation.' .. kind, c, actor, {detail = e.id})
end

function G.case_state(tx, e, state)
    G.set(e, {st = state, v = G.int(G.num(e, 'v') + 1), up = tx.at})
end

-- The case of a conversation while it is under way; nil when there is none.
function G.open_case(tx, c)
    if G.get(c, 'es') == '' then return nil end
    local e = G.load(tx, 'e:', G.get(c, 'es'))
    local state = G.get(e, 'st')
    if state == 'resolved' or state == 'closed' then return nil, e end
    return e.exists and e or nil
end

-- args: ws, actor, conversation, case (new), reasons, entry of the work -> proposed, or skipped
function G.propose(keys, args)
    local tx = G.open(keys, args)
    local c = G.load(tx, 'c:', args[3])
    G.ack(tx, 'escalation', args[6])
    if not c.exists or G.get(c, 'vis') ~= 'public' or G.open_case(tx, c) then
        G.commit(tx)
        return G.ok('skipped')
    end
    local e = G.fresh(tx, 'e:', args[4])
    G.set(e, {pc = c.id, a = args[2], rs = args[5], cr = tx.at})
    G.case_state(tx, e, 'proposed')
    G.set(c, {es = e.id})
    G.save(tx, e)
    G.case_event(tx, 'proposed', e, c, args[2])
    G.commit(tx)
    return G.ok('proposed')
end

-- Whether a private way may be offered now: the case under way if there is one, and a refusal if not.
function G.offerable(tx, c)
    if G.get(c, 'vis') ~= 'public' then
        return nil, G.refuse('9', 'private_already', 'this conversation is private already', c)
    end
    local e = G.open_case(tx, c)
    local state = e and G.get(e, 'st')
    if state == 'offered' or state == 'accepted' then
        return nil, G.refuse('9', 'already_escalated', 'a private way is ' .. state .. ' already: case ' .. e.id, c)
    end
    return e, nil
end

-- args: 1 ws, actor, request, scope, 5 public conversation, epoch ('*': the service itself), case (new), route, kind,
-- 10 channel, way, recipient, key of a single-use route, private conversation (new), thread (of the recipient; a prefix
-- while he is unknown), 16 private delivery, blob, text, 19 public delivery, blob, text, 22 undo ms, expires at, chain,
-- reasons, 26 persona, random, lease ms, identity, 30 digests of the private and of the public words
function G.escalate(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor = args[2]
    local refusal = args[6] ~= '*' and G.not_owner(c, actor, args[6])
    if refusal then return refusal end
    local e
    e, refusal = G.offerable(tx, c)
    if refusal then return refusal end
    if args[18] == '' and args[21] == '' then return G.refuse('3', 'nothing_said', 'an offer needs words', c) end
    e = e or G.fresh(tx, 'e:', args[7])
    if args[9] == 'private_link' and e.id ~= args[7] then
        -- The page that is about to be told of belongs to another case.
        return G.refuse('9', 'changed', 'the case has changed since you read it', c)
    end
    if args[13] ~= '' then
        local key = tx.w .. 'rt:' .. args[13]
        local used = call('GET', key)
        if used then
            return G.refuse('9', 'route_used', 'this route can be used once and is ' .. string.match(used, '^[^|]*'), c)
        end
        G.put(tx, key, 'reserved|' .. e.id)
    end
    return G.offer(tx, c, e, args)
end

-- The ways that were offered in this case, in their order.
function G.tried(e, route)
    local before = G.get(e, 'td')
    if before == '' then return route end
    return G.listed(before, route) and before or before .. ',' .. route
end

function G.offer(tx, c, e, args)
    local actor = args[2]
    -- Everybody may open a link in public: nobody's conversation is the private side yet.
    local link, p, refusal = args[9] == 'private_link', nil, nil
    if link then
        G.set(e, {pg = args[10]})
    else
        p, refusal = G.private_side(tx, c, e, args)
        if not p then return refusal end
    end
    if not e.exists then G.set(e, {cr = tx.at, a = actor, rs = args[25], pc = c.id}) end
    G.set(e, {vc = p and p.id or '', ri = args[8], rk = args[9], rc = args[10], wy = args[11], key = args[13], ex = args[23],
        chain = args[24], td = G.tried(e, args[8]), pe = args[26], by = actor, tp = args[12] == '' and args[15] or '', of = '',
        pd = args[18] ~= '' and args[16] or args[19], qd = args[19], qb = args[18] ~= '' and args[20] or '',
        qt = args[18] ~= '' and args[21] or '', pt = args[18], pw = args[21], idn = args[29], qg = args[31], dc = '', er = ''})
    G.case_state(tx, e, 'offered')
    local undo, out = tonumber(args[22]), nil
    if args[18] ~= '' then
        out, refusal = G.put_out(tx, p, {actor = actor, id = args[16], blob = args[17], text = args[18], undo = undo,
            after = 'wait', persona = args[26], way = args[11],
            recipient = args[11] ~= 'private_reply' and args[12] or G.get(c, 'la'), escalation = e.id, digest = args[30]})
    else
        out, refusal = G.put_out(tx, c, {actor = actor, id = args[19], blob = args[20], text = args[21], undo = undo,
            after = 'keep', persona = args[26], escalation = e.id, digest = args[31]})
    end
    if not out then return refusal end
    if G.get(e, 'tp') ~= '' then G.await_echo(tx, e) end
    G.set(c, {es = e.id, cp = p and p.id or ''})
    G.save(tx, e)
    if p then G.save(tx, p) end
    G.case_event(tx, 'offered', e, c, actor)
    return G.done(tx, G.ok(e.id, p and p.id or '', p and G.get(p, 'ep') or '', out.id, G.get(c, 'v')))
end

-- The private conversation: the customer's own on that channel, where he has one, else a new one of the same contact. A
-- mail's subject is read over shoulders: that of the public words may name the matter, so it has none of its own.
function G.private_side(tx, c, e, args)
    local actor = args[2]
    local tkey = args[12] ~= '' and (tx.w .. 't:' .. args[10] .. ':' .. args[15])
    local known = tkey and call('GET', tkey)
    local p = known and G.load(tx, 'c:', known)
    if p and p.exists then
        if G.get(p, 'ow') ~= '' and G.get(p, 'ow') ~= actor then
            return nil, G.refuse('9', 'owned_by_other', 'his private conversation is owned by ' .. G.get(p, 'ow'), p)
        end
        if G.num(p, 'od') > 0 then
            return nil, G.refuse('9', 'delivery_open', 'an answer to him is on its way: wait until it is settled', p)
        end
    else
        p = G.fresh(tx, 'c:', args[14])
        G.set(p, {v = '0', ['in'] = '0', ch = args[10], vis = 'private', th = args[12] ~= '' and args[15] or '',
            ct = G.get(c, 'ct'), cn = G.get(c, 'cn'), tm = G.get(c, 'tm'), lg = G.get(c, 'lg'), cr = tx.at,
            rf = G.get(c, 'rf'), sub = args[9] ~= 'mail' and G.get(c, 'sub') or '', tr = G.get(c, 'tr'), au = args[12], pv = G.get(c, 'pv'),
            due = G.get(c, 'due')})
        if tkey then G.put(tx, tkey, p.id, known or nil) end
        if G.get(c, 'ct') ~= '' then G.zadd(tx, tx.w .. 'kc:' .. G.get(c, 'ct'), tx.at, p.id) end
    end
    if G.get(p, 'ow') ~= actor then G.own(tx, p, actor, args[27], tonumber(args[28])) end
    G.set(p, {es = e.id, cp = c.id, idn = args[29]})
    return p
end

-- An answer of the case is settled: sent, failed or cancelled.
function G.move_settled(tx, c, o, outcome)
    local e = G.load(tx, 'e:', G.get(o, 'es'))
    if not e.exists then return end
    if o.id == G.get(e, 'cd') then
        if outcome ~= 'sent' then return end
        G.case_state(tx, e, 'closed')
        G.save(tx, e)
        G.case_event(tx, 'closed', e, c, G.get(o, 'a'))
    elseif o.id == G.get(e, 'pd') then
        G.route_settled(tx, e, outcome)
        -- Else he answered before it was known that he had it.
        if G.get(e, 'st') ~= 'offered' then return end
        if outcome == 'sent' then G.offer_sent(tx, e, c, o) else G.offer_refused(tx, e, c, o, outcome) end
    end
end

-- A single use is spent by what was sent, and free again after what certainly was not.
function G.route_settled(tx, e, outcome)
    G.echo_settled(tx, e)
    if G.get(e, 'key') == '' then return end
    local key = tx.w .. 'rt:' .. G.get(e, 'key')
    local used = call('GET', key)
    if outcome == 'sent' then
        G.put(tx, key, 'spent|' .. e.id, used or nil)
    elseif used then
        G.stage(tx, {'DEL', key}, {'SET', key, used})
    end
end

function G.offer_sent(tx, e, c, o)
    G.set(e, {of = tx.at})
    if c.id == G.get(e, 'vc') then
        G.set(c, {mo = e.id})
        G.save(tx, c)
    end
    if G.get(e, 'ex') ~= '' then G.timer(tx, 'offer', e.id, G.get(e, 'ex'), '') end
    if G.get(e, 'tp') ~= '' and G.get(o, 'mt') ~= '' and c.id == G.get(e, 'vc') then
        G.meet(tx, e, c, G.get(o, 'mt'))
    end
    -- The next offer of the chain does not say it again.
    if G.get(e, 'qt') ~= '' or o.id == G.get(e, 'qd') then G.set(e, {said = '1'}) end
    if G.get(e, 'qt') ~= '' then
        -- In public it is said only when it is true.
        local public = G.load(tx, 'c:', G.get(e, 'pc'))
        if public.exists and G.num(public, 'od') < 20 then
            local out = G.put_out(tx, public, {actor = G.get(e, 'by'), id = G.get(e, 'qd'), blob = G.get(e, 'qb'),
                text = G.get(e, 'qt'), undo = 0, after = 'keep', persona = G.get(e, 'pe'), escalation = e.id,
                digest = G.get(e, 'qg')})
            if out then G.save(tx, public) end
        end
        G.set(e, {qb = '', qt = ''})
    end
    G.save(tx, e)
end

-- The platform told how it knows the customer in private: from now on his messages there belong to the case, and the
-- account is the contact's.
function G.meet(tx, e, c, recipient)
    local thread = G.get(e, 'tp') .. recipient
    local channel = G.get(c, 'ch')
    local tkey = tx.w .. 't:' .. channel .. ':' .. thread
    G.put(tx, tkey, c.id, call('GET', tkey) or nil)
    G.set(c, {th = thread, au = recipient})
    G.set(e, {tp = ''})
    if G.get(c, 'ct') ~= '' then G.met(tx, c, channel, recipient) end
    G.save(tx, c)
end

-- Certainly not sent: another way is looked for.
function G.offer_refused(tx, e, c, o, outcome)
    G.case_state(tx, e, outcome == 'cancelled' and 'declined' or 'expired')
    G.set(e, {er = G.get(o, 'er')})
    G.save(tx, e)
    if outcome ~= 'cancelled' then G.work(tx, 'escalation', 'next', G.get(e, 'pc'), e.id) end
    local public = c.id == G.get(e, 'pc') and c or G.load(tx, 'c:', G.get(e, 'pc'))
    G.case_event(tx, outcome == 'cancelled' and 'declined' or 'expired', e, public, G.get(o, 'a'))
end

-- What has not led to the private side yet, but still may.
G.open_to_answers = {offered = true, expired = true, declined = true, proposed = true}

-- The customer wrote on a private side: the way is accepted. Who was told of a way and takes it late opens the case again,
-- also when the next one is offered by then or it was declined; where nothing of it went out, he came by himself.
function G.case_answered(tx, c, author)
    local e = G.load(tx, 'e:', G.get(c, 'es'))
    local state, here = G.get(e, 'st'), c.id == G.get(e, 'vc')
    local told = G.get(c, 'mo') == e.id or (here and G.get(e, 'of') ~= '')
    if not G.open_to_answers[state] or not (told or (here and state == 'offered')) then return end
    -- A mail may be answered by whoever got it.
    local proof = G.get(c, 'idn')
    if proof == 'account_proven' and author ~= '' and G.get(c, 'au') ~= '' and author ~= G.get(c, 'au') then
        proof = 'claimed'
        G.set(c, {idn = proof})
        G.save(tx, c)
        G.event(tx, 'conversation.identified', c, '', {detail = proof})
    end
    G.came_back(tx, e)
    local public = G.load(tx, 'c:', G.get(e, 'pc'))
    if not here then
        G.drop_call(tx, e, '')
        G.set(public, {cp = c.id})
    end
    G.set(e, {vc = c.id, idn = proof})
    G.case_state(tx, e, 'accepted')
    G.save(tx, e)
    if public.exists then G.case_event(tx, 'accepted', e, public, '') end
end

-- Somebody is on the private side: no offer waits any more, and no decline stands.
function G.came_back(tx, e)
    if G.get(e, 'st') == 'offered' and G.get(e, 'of') ~= '' and G.get(e, 'ex') ~= '' then
        G.timer(tx, 'offer', e.id, '', G.get(e, 'ex'))
    end
    G.set(e, {dc = '', er = ''})
end

function G.case_resolved(tx, c)
    local e = G.load(tx, 'e:', G.get(c, 'es'))
    if c.id ~= G.get(e, 'vc') or G.get(e, 'st') ~= 'accepted' then return end
    G.case_state(tx, e, 'resolved')
    G.save(tx, e)
    local public = G.load(tx, 'c:', G.get(e, 'pc'))
    if public.exists then G.case_event(tx, 'resolved', e, public, '') end
end

-- The case that a caller names, with its public conversation.
function G.case(tx, id, scope)
    local e = G.load(tx, 'e:', id)
    local c = e.exists and G.conversation(tx, G.get(e, 'pc'), scope)
    if not c then return nil, nil, G.refuse('5', 'not_found', 'there is no such escalation, or not for you: ' .. id) end
    return e, c
end

-- args: ws, actor, request, scope, case, reason
function G.decline(keys, args)
    local stop, tx, e, c = G.on(G.case, keys, args)
    if stop then return stop end
    local state = G.get(e, 'st')
    if state ~= 'proposed' and state ~= 'expired' and (state ~= 'offered' or G.get(e, 'of') == '') then
        return G.refuse('9', 'not_open', 'there is nothing to decline: the case is ' .. state, c)
    end
    if state == 'offered' then G.timer(tx, 'offer', e.id, '', G.get(e, 'ex')) end
    G.case_state(tx, e, 'declined')
    G.set(e, {dc = args[6]})
    G.save(tx, e)
    G.drop_call(tx, e, args[2])
    G.end_side(tx, e, 'the offer was declined', args[2])
    G.case_event(tx, 'declined', e, c, args[2])
    return G.done(tx, G.ok(e.id))
end

-- The closing word. args: ws, actor, request, scope, case, epoch ('' where nobody owns it), delivery, blob, text, undo ms,
-- persona, digest
function G.close_public(keys, args)
    local stop, tx, e, c = G.on(G.case, keys, args)
    if stop then return stop end
    if args[6] ~= '' or G.get(c, 'ow') ~= '' then
        local refusal = G.not_owner(c, args[2], args[6])
        if refusal then return refusal end
    end
    local state = G.get(e, 'st')
    if state ~= 'accepted' and state ~= 'resolved' then
        return G.refuse('9', 'not_accepted', 'the closing word comes when the matter went on in private: the case is ' .. state, c)
    end
    if G.get(e, 'cd') ~= '' then
        local last = call('HGET', tx.w .. 'o:' .. G.get(e, 'cd'), 'st')
        if last ~= 'failed' and last ~= 'cancelled' then
            return G.refuse('9', 'closing_already', 'a closing word is ' .. (last or 'written') .. ' already', c)
        end
    end
    local out, refusal = G.put_out(tx, c, {actor = args[2], id = args[7], blob = args[8], text = args[9],
        undo = tonumber(args[10]), after = G.get(c, 'ow') ~= '' and 'resolve' or 'keep', persona = args[11],
        escalation = e.id, digest = args[12]})
    if not out then return refusal end
    G.set(e, {cd = args[7]})
    G.save(tx, e)
    G.save(tx, c)
    return G.done(tx, G.ok(e.id, out.id))
end
