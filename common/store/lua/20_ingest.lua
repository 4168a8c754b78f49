-- A customer's event: once in the inbox, however often the platform delivers it.
-- d:<channel>:<external id> -> conversation|seq|ordinal|flag|digest; flag 't': taken back, 'o': our own, 'h': hidden,
-- or 's': shown, in the platform's own tools before the message came; its ordinal is then when that was.

-- args: ws, channel, external id, kind (i e d), ordinal, digest, thread, author, new conversation, new contact,
--       blob, raw, visibility, team, language, name, preview, reference, preferred owner, subject,
--       parent thread, among customers ('1'), case, visitor, most claimants (who writes on a page of a link in public),
--       26 what it tells of its author (see G.mark)
function G.ingest(keys, args)
    local tx = G.open(keys, args)
    local channel, external, kind = args[2], args[3], args[4]
    local key = tx.w .. 'd:' .. channel .. ':' .. external
    local record = G.peek(key)
    local early = G.early_act(record)
    if record and not early then return G.seen(tx, args, key, record) end
    if kind == 'd' then
        -- Unknown, and gone already: an "add" that comes late must not bring it back.
        G.put(tx, key, '||' .. args[5] .. '|t|', record or nil)
        G.commit(tx)
        return G.ok('tombstone', '', '0', '', '')
    end
    return G.created(tx, args, key, record or nil, early)
end

function G.seen(tx, args, key, record)
    local kind, ordinal, digest = args[4], tonumber(args[5]), args[6]
    local id, seq, known, flag, was = string.match(record, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|(.*)$')
    local again = flag ~= '' or kind == 'i'
    if kind == 'e' and not again then
        -- Without an ordinal of the platform's, another text is a newer one.
        again = (ordinal == 0 and digest == was) or (ordinal ~= 0 and ordinal <= tonumber(known))
    end
    local c = not again and G.load(tx, 'c:', id)
    -- What was erased does not come back by a later edit either.
    if again or not c.exists or G.get(c, 'ers') ~= '' then return G.ok('duplicate', id, seq, '', '') end
    if ordinal == 0 then ordinal = tonumber(known) + 1 end
    local mark = kind == 'd' and 't' or ''
    G.put(tx, key, id .. '|' .. seq .. '|' .. G.int(ordinal) .. '|' .. mark .. '|' .. digest, record)
    return G.stored(tx, args, c, kind, seq, kind == 'd' and 'message.deleted' or 'message.edited', 'changed')
end

-- `early`: what was done with it in the platform's own tools before it came; `record` says so.
function G.created(tx, args, key, record, early)
    local channel, thread, author = args[2], args[7], args[8]
    local tkey = tx.w .. 't:' .. channel .. ':' .. thread
    local known = G.peek(tkey) or nil
    local id = known
    local c = id and G.load(tx, 'c:', id)
    local opened = not (c and c.exists)
    if opened then
        id = args[9]
        c = G.fresh(tx, 'c:', id)
        G.put(tx, tkey, id, known)
        local claims = (args[23] or '') ~= ''
        local contact = claims and '' or G.contact(tx, channel, author, args[10], args[16], id)
        G.set(c, {st = 'new', v = '0', ch = channel, vis = args[13], th = thread, ct = contact, cn = args[16],
            tm = args[14], lg = args[15], cr = tx.at, rf = args[18], po = args[19], sub = args[20],
            au = author, pt = args[21] or '', ac = args[22] or ''})
        local refusal = claims and G.claims(tx, c, args[23], args[24], tonumber(args[25]))
        if refusal then return refusal end
    elseif args[22] ~= '1' and G.get(c, 'ac') ~= '' then
        -- Now he speaks to the brand.
        G.set(c, {ac = ''})
    end
    if args[26] and args[26] ~= '' then G.mark(tx, G.get(c, 'ct'), args[26]) end
    local seq = G.int(G.num(c, 'ms') + 1)
    if G.get(c, 'pt') ~= '' then G.in_thread(tx, channel, G.get(c, 'pt'), c.id, seq) end
    G.put(tx, key, id .. '|' .. seq .. '|' .. args[5] .. '||' .. args[6], record)
    if early and early.act == 'hide' and args[13] == 'public' then G.keep_early(tx, id, seq, early) end
    return G.stored(tx, args, c, 'i', '', opened and 'conversation.created' or 'message.received',
        opened and 'opened' or 'added')
end

-- Appends the entry, tells routing, and logs it.
function G.stored(tx, args, c, kind, target, event, outcome)
    local seq, fresh = G.int(G.num(c, 'ms') + 1), c.new
    G.touch(tx, c)
    fresh.ms, fresh['in'] = seq, seq
    if kind == 'i' then
        fresh.pv, fresh.la, fresh.lc = args[17], args[3], tx.at
    elseif G.get(c, 'la') == args[3] then
        -- What was taken back must not be read in lists either.
        fresh.pv = kind == 'e' and args[17] or ''
    end
    G.append(tx, c.id, kind, target, args[11])
    G.save(tx, c)
    if args[12] ~= '' then
        local raw = tx.p .. 'raw'
        G.stage(tx, {'XADD', raw, '*', 'w', tx.ws, 'h', args[2], 'c', c.id, 'q', seq, 'b', args[12]})
    end
    -- Who takes his words back asks for nothing: what rests may rest.
    local state = G.get(c, 'st')
    if kind ~= 'd' or (state ~= 'resolved' and state ~= 'pending') then
        -- A code may stand in it: that is looked at first, and hands on to triage.
        local code = kind ~= 'd' and G.has_visitors(tx, c)
        G.work(tx, code and 'escalation' or 'routing', code and 'prove' or 'triage', c.id, seq)
    end
    G.event(tx, event, c, '', {seq = seq})
    if G.get(c, 'es') ~= '' and kind == 'i' then G.case_answered(tx, c, args[8]) end
    G.commit(tx)
    return G.ok(outcome, c.id, seq, G.get(c, 'rf'), G.get(c, 'ct'))
end

function G.contact(tx, channel, author, fresh, name, conversation)
    local key = tx.w .. 'i:' .. channel .. ':' .. author
    local id = G.peek(key)
    if not id then
        id = fresh
        G.put(tx, key, id)
        local contact = G.fresh(tx, 'k:', id)
        G.set(contact, {nm = name, id1 = channel .. '|' .. author, cr = tx.at, v = '1'})
        G.save(tx, contact)
    end
    G.zadd(tx, tx.w .. 'kc:' .. id, tx.at, conversation)
    return id
end

-- What triage decided. args: ws, conversation, entry, seq, language, triage blob, due, first due, team, reserve,
-- aside ('1': said among customers, and no complaint or question), "score|intent|fingerprint" of negative words in public
function G.triage(keys, args)
    local tx = G.open(keys, args)
    local c = G.load(tx, 'c:', args[2])
    G.ack(tx, 'routing', args[3])
    local seq = tonumber(args[4])
    if not c.exists or G.num(c, 'ts') >= seq then
        G.commit(tx)
        return G.ok('done')
    end
    local state, due = G.get(c, 'st'), args[7]
    local was = G.get(c, 'due')
    G.touch(tx, c)
    G.set(c, {ts = args[4], tr = args[6]})
    if G.get(c, 'fd') == '' then G.set(c, {fd = args[8]}) end
    if args[12] and args[12] ~= '' then G.negative(tx, c, args[4], args[12]) end
    if args[11] == '1' and (state == 'new' or state == 'resolved') then
        -- The thread shows it; nobody has to answer it.
        G.set(c, {lg = args[5], st = 'resolved', oc = 'no_answer_needed', ca = 'among customers', due = '', fd = ''})
        G.save(tx, c)
        G.event(tx, 'conversation.set_aside', c, '', {seq = args[4]})
        G.commit(tx)
        return G.ok('done')
    end
    if state == 'owned' then
        G.set(c, {lg = args[5], due = due})
    elseif state == 'waiting' then
        -- A customer who writes again does not lose his place.
        if was ~= '' and tonumber(was) < tonumber(due) then due = was end
        local reserved = string.sub(G.get(c, 'q'), 1, 1) == '@'
        if G.get(c, 'rt') == '1' then
            G.set(c, {lg = args[5], due = due})
        elseif reserved then
            if due ~= was then G.zadd(tx, tx.w .. 'qa:' .. string.sub(G.get(c, 'q'), 2), due, c.id, was) end
            G.set(c, {lg = args[5], due = due})
        else
            G.dequeue(tx, c)
            G.set(c, {lg = args[5]})
            G.enqueue(tx, c, due, 0)
        end
    else
        G.unsnooze(tx, c)
        G.set(c, {lg = args[5], oc = '', due = due})
        if args[9] ~= '' then G.set(c, {tm = args[9]}) end
        G.give_back(tx, c, tonumber(args[10]))
    end
    G.save(tx, c)
    G.event(tx, state == 'resolved' and 'conversation.reopened' or 'conversation.triaged', c, '', {seq = args[4]})
    G.commit(tx)
    return G.ok('done')
end
