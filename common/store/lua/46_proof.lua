-- Who stands behind a link that was posted in public. cl:<case> holds each visitor of its page by his session:
-- code|expires|wrong|proof|conversation|since. proof: '' (claimed), account_proven, brand_verified.

function G.visitor(k, id)
    local packed = G.get(k, id)
    if packed == '' then return nil end
    local code, expires, wrong, proof, conversation, since =
        string.match(packed, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)$')
    return {id = id, code = code, expires = tonumber(expires), wrong = tonumber(wrong), proof = proof,
        conversation = conversation, since = tonumber(since)}
end

function G.pack_visitor(v)
    return table.concat({v.code, G.int(v.expires), G.int(v.wrong), v.proof, v.conversation, G.int(v.since)}, '|')
end

function G.keep_visitor(k, v) G.set(k, {[v.id] = G.pack_visitor(v)}) end

-- Whether somebody has opened the page of this conversation's case.
function G.has_visitors(tx, c)
    return G.get(c, 'es') ~= '' and G.get(c, 'vis') == 'public'
        and call('EXISTS', tx.w .. 'cl:' .. G.get(c, 'es')) == 1
end

-- A visitor presses the button. args: ws, case, visitor, code, lifetime ms, most, grace ms -> as kept
function G.visit(keys, args)
    local tx = G.open(keys, args)
    local e = G.load(tx, 'e:', args[2])
    if not e.exists then return G.refuse('5', 'not_found', 'there is no such case: ' .. args[2]) end
    local k = G.load(tx, 'cl:', e.id)
    local v = G.visitor(k, args[3])
    if not v then
        local refusal = G.make_room(tx, k, tonumber(args[6]), tonumber(args[7]))
        if refusal then return refusal end
        v = {id = args[3], code = '', expires = 0, wrong = 0, proof = '', conversation = '', since = tx.now}
    end
    if v.proof == '' and tx.now >= v.expires then
        for id in pairs(k.old) do
            -- It would be proven by what somebody else posts.
            if id ~= v.id and G.visitor(k, id) and G.visitor(k, id).code == args[4] then
                return G.refuse('6', 'code_taken', 'another visitor has this code')
            end
        end
        v.code, v.expires, v.wrong, v.since = args[4], tx.now + tonumber(args[5]), 0, tx.now
    end
    G.keep_visitor(k, v)
    G.save(tx, k)
    G.commit(tx)
    return G.ok(G.pack_visitor(v))
end

-- For one more: the oldest leaves who has had his time, and neither wrote nor proved anything.
function G.make_room(tx, k, most, grace)
    local count, oldest = 0, nil
    for id in pairs(k.old) do
        local v = G.visitor(k, id)
        count = count + 1
        if v.conversation == '' and v.proof == '' and tx.now - v.since >= grace
            and (not oldest or v.since < oldest.since or (v.since == oldest.since and id < oldest.id)) then
            oldest = v
        end
    end
    if count < most then return nil end
    if not oldest then return G.refuse('8', 'too_many_visitors', 'as many have opened this page as may') end
    G.set(k, {[oldest.id] = ''})
end

-- A visitor's first words open conversation `c` beside the case: linked, of nobody's contact, and not the private side.
function G.claims(tx, c, case, visitor, most)
    local e, k = G.load(tx, 'e:', case), G.load(tx, 'cl:', case)
    local v = G.visitor(k, visitor)
    if not e.exists or not v then return G.refuse('5', 'not_found', 'this visitor is not known here') end
    if v.proof == '' then
        local writing = 0
        for id in pairs(k.old) do
            local other = G.visitor(k, id)
            if other.conversation ~= '' and other.proof == '' then writing = writing + 1 end
        end
        if writing >= most then
            return G.refuse('8', 'too_many_claimants', 'as many write on this page unproven as may')
        end
    end
    local public = G.load(tx, 'c:', G.get(e, 'pc'))
    G.set(c, {es = e.id, cp = public.id, idn = v.proof ~= '' and v.proof or 'claimed'})
    -- With those who care for the case.
    if G.get(public, 'tm') ~= '' then G.set(c, {tm = G.get(public, 'tm'), po = G.get(public, 'ow')}) end
    if v.proof ~= '' then G.set(c, {ct = G.get(public, 'ct'), cn = G.get(public, 'cn')}) end
    v.conversation = c.id
    G.keep_visitor(k, v)
    G.save(tx, k)
    if not public.exists then return end
    -- Who has the public side open sees that somebody is there; of the new conversation he does not know yet.
    G.touch(tx, public)
    G.save(tx, public)
    G.event(tx, 'escalation.claimed', public, '', {detail = e.id})
end

-- From now on conversation `p` is the contact's.
function G.same_person(tx, p, c)
    local contact = G.get(c, 'ct')
    if contact == '' or G.get(p, 'ct') ~= '' then return end
    G.set(p, {ct = contact, cn = G.get(c, 'cn')})
    G.zadd(tx, tx.w .. 'kc:' .. contact, tx.at, p.id)
end

-- It is known who writes in `p`: the private side of the case, unless there is one already in which he wrote. The caller
-- tells of `c` and saves it. -> whether `c` changed, whether the case is accepted by it
function G.join(tx, c, e, p, proof, actor)
    local changed, accepted = false, false
    G.set(p, {idn = proof})
    G.same_person(tx, p, c)
    G.touch(tx, p)
    G.save(tx, p)
    G.event(tx, 'conversation.identified', p, actor, {detail = proof})
    local known = G.get(e, 'vc')
    if known == '' or known == p.id or tonumber(call('HGET', tx.w .. 'c:' .. known, 'in') or '0') == 0 then
        changed = G.get(e, 'vc') ~= p.id or G.get(e, 'idn') ~= proof
        G.set(e, {vc = p.id, idn = proof})
        G.set(c, {cp = p.id})
    end
    local state = G.get(e, 'st')
    -- Also after a decline: the author has come, whatever was said of coming.
    if G.get(e, 'vc') == p.id and G.open_to_answers[state] then
        G.came_back(tx, e)
        G.case_state(tx, e, 'accepted')
        changed, accepted = true, true
    end
    if changed then G.save(tx, e) end
    return changed, accepted
end

-- The conversation of a visitor who proved himself before he wrote: it waits for his words.
function G.open_for(tx, c, e, v, id)
    local channel, thread = G.get(e, 'pg'), 'claim|' .. e.id .. '|' .. v.id
    local tkey = tx.w .. 't:' .. channel .. ':' .. thread
    local p = G.fresh(tx, 'c:', id)
    G.set(p, {st = 'pending', v = '0', ['in'] = '0', ch = channel, vis = 'private', th = thread, au = 'visitor:' .. v.id,
        tm = G.get(c, 'tm'), lg = G.get(c, 'lg'), cr = tx.at, rf = G.get(c, 'rf'), sub = G.get(c, 'sub'),
        po = G.get(c, 'ow'), es = e.id, cp = c.id})
    G.put(tx, tkey, p.id, call('GET', tkey) or nil)
    v.conversation = p.id
    return p
end

-- What became of the codes in a comment of the author's. args: ws, conversation, entry, seq, poster, attempt, visitor,
-- code, visitors for whom it is wrong (','), triage ('1'), note, conversation (new, where he has not written) -> the
-- attempt, or done
function G.prove(keys, args)
    local tx = G.open(keys, args)
    local c = G.load(tx, 'c:', args[2])
    if not c.exists or G.num(c, 'px') >= tonumber(args[4]) then
        G.ack(tx, 'escalation', args[3])
        G.commit(tx)
        return G.ok('done')
    end
    local e = G.load(tx, 'e:', G.get(c, 'es'))
    local k = G.load(tx, 'cl:', e.id)
    local accepted = false
    if args[6] ~= 'none' then G.touch(tx, c) end
    if args[6] == 'matched' then
        local v = G.visitor(k, args[7])
        if not v or v.proof ~= '' or v.code ~= args[8] or tx.now >= v.expires or G.get(c, 'au') ~= args[5] then
            return G.refuse('9', 'changed', 'the code is no longer what it was', c)
        end
        local p = v.conversation ~= '' and G.load(tx, 'c:', v.conversation)
        if not p or not p.exists then p = G.open_for(tx, c, e, v, args[12]) end
        v.proof = 'account_proven'
        G.keep_visitor(k, v)
        accepted = select(2, G.join(tx, c, e, p, 'account_proven', ''))
    end
    for id in string.gmatch(args[9], '[^,]+') do
        local v = G.visitor(k, id)
        if v then
            v.wrong = v.wrong + 1
            G.keep_visitor(k, v)
        end
    end
    G.save(tx, k)
    G.set(c, {px = args[4]})
    local seq = args[4]
    if args[11] ~= '' then
        seq = G.int(G.num(c, 'ms') + 1)
        G.append(tx, c.id, 'n', '', args[11])
        G.set(c, {ms = seq})
    end
    G.save(tx, c)
    if accepted then G.event(tx, 'escalation.accepted', c, '', {detail = e.id}) end
    if args[6] ~= 'none' and args[6] ~= 'matched' then
        G.event(tx, 'conversation.code_refused', c, '', {seq = seq, detail = args[6]})
    elseif args[6] == 'matched' and args[11] ~= '' then
        G.event(tx, 'note.added', c, '', {seq = seq})
    end
    if args[10] == '1' then G.work(tx, 'routing', 'triage', c.id, args[4]) end
    G.ack(tx, 'escalation', args[3])
    G.commit(tx)
    return G.ok(args[6])
end

-- The brand knows otherwise who writes in a private conversation. args: ws, actor, request, scope, conversation, epoch,
-- note
function G.verify(keys, args)
    local stop, tx, p = G.on_conversation(keys, args)
    if stop then return stop end
    local actor = args[2]
    local refusal = G.not_owner(p, actor, args[6])
    if refusal then return refusal end
    if G.get(p, 'vis') ~= 'private' then
        return G.refuse('9', 'not_private', 'who writes in public is his account: verify the private side', p)
    end
    if G.num(p, 'in') == 0 then
        return G.refuse('9', 'nobody_wrote', 'nobody has written here yet: there is nobody to verify', p)
    end
    local seq = G.int(G.num(p, 'ms') + 1)
    G.append(tx, p.id, 'n', '', args[7])
    G.set(p, {ms = seq})
    local e = G.get(p, 'es') ~= '' and G.load(tx, 'e:', G.get(p, 'es'))
    local c = e and e.exists and G.load(tx, 'c:', G.get(e, 'pc'))
    if not c or not c.exists then
        G.set(p, {idn = 'brand_verified'})
        G.touch(tx, p)
        G.save(tx, p)
        G.event(tx, 'conversation.identified', p, actor, {seq = seq, detail = 'brand_verified'})
        return G.done(tx, G.ok(p.id, G.get(p, 'v')))
    end
    local k = G.load(tx, 'cl:', e.id)
    for id in pairs(k.old) do
        local v = G.visitor(k, id)
        if v.conversation == p.id then
            v.proof = 'brand_verified'
            G.keep_visitor(k, v)
        end
    end
    G.save(tx, k)
    local changed, accepted = G.join(tx, c, e, p, 'brand_verified', actor)
    if changed then
        G.touch(tx, c)
        G.save(tx, c)
        G.event(tx, accepted and 'escalation.accepted' or 'conversation.identified', c, actor,
            {detail = accepted and e.id or 'brand_verified'})
    end
    return G.done(tx, G.ok(p.id, G.get(p, 'v')))
end
