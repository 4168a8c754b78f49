-- What is around a conversation: the public thread, the brand's own words written elsewhere, what the platform says
-- of ours.
-- pt:<channel>:<thread> lists who said what, oldest first: conversation|seq.

function G.in_thread(tx, channel, thread, conversation, seq)
    G.push(tx, tx.w .. 'pt:' .. channel .. ':' .. thread, conversation .. '|' .. seq)
end

-- A contact's negative words in public, the last fifty: what persistence is judged by.
function G.negative(tx, c, seq, score)
    if G.get(c, 'ct') == '' then return end
    local key = tx.w .. 'kp:' .. G.get(c, 'ct')
    G.stage(tx, {'RPUSH', key, tx.at .. '|' .. c.id .. '|' .. seq .. '|' .. score})
    if call('LLEN', key) >= 50 then
        local first = call('LINDEX', key, 0)
        G.stage(tx, {'LPOP', key}, {'LPUSH', key, first})
    end
    if G.get(c, 'vis') == 'public' and G.get(c, 'es') == '' then G.work(tx, 'escalation', 'judge', c.id, seq) end
end

-- The brand's own words come back from the platform: an echo of a reply, or a colleague's in the platform's own tools.
-- args: ws, channel, external id, reply to (external id), thread, digest of the words, blob
-- -> known, sent (it settles a delivery in doubt), added, unknown (no conversation it belongs to)
function G.own_post(keys, args)
    local tx = G.open(keys, args)
    local prefix = tx.w .. 'd:' .. args[2] .. ':'
    local record = call('GET', prefix .. args[3])
    local early = G.early_act(record)
    if record and not early then return G.ok('known', string.match(record, '^[^|]*')) end
    local parent = args[4] ~= '' and call('GET', prefix .. args[4])
    local id = parent and not G.early_act(parent) and string.match(parent, '^[^|]*') or call('GET', tx.w .. 't:' .. args[2] .. ':' .. args[5])
    local c = id and id ~= '' and G.load(tx, 'c:', id)
    local o
    if c and c.exists then
        o = G.in_doubt(tx, c, args[6])
    else
        c, o = G.offer_in_doubt(tx, args[2], args[5], args[6])
    end
    if not c then
        G.put(tx, prefix .. args[3], '||0|o|', record or nil)
        G.commit(tx)
        return G.ok('unknown', '')
    end
    if o then
        local state = G.get(o, 'st')
        G.timer(tx, 'send', o.id, '', state == 'sending' and G.get(o, 'sb') or '')
        G.timer(tx, 'look', o.id, '', state == 'unconfirmed' and G.get(o, 'ra') or '')
        G.set(o, {sb = '', ra = ''})
        G.apply(tx, c, o, 'sent', args[3], 0, 0, G.get(o, 'a'))
        G.commit(tx)
        return G.ok('sent', c.id)
    end
    local seq = G.int(G.num(c, 'ms') + 1)
    G.append(tx, c.id, 'o', '', args[7])
    G.put(tx, prefix .. args[3], c.id .. '|' .. seq .. '|0|o|', record or nil)
    if G.get(c, 'pt') ~= '' then G.in_thread(tx, args[2], G.get(c, 'pt'), c.id, seq) end
    G.touch(tx, c)
    G.set(c, {ms = seq})
    G.save(tx, c)
    G.event(tx, 'message.own', c, '', {seq = seq})
    G.commit(tx)
    return G.ok('added', c.id)
end

-- The first of the conversation's answers that may be these words: being sent, or nobody knows.
function G.in_doubt(tx, c, digest)
    for _, id in ipairs(call('LRANGE', tx.w .. 'ol:' .. c.id, 0, -1)) do
        local o = G.load(tx, 'o:', id)
        local state = G.get(o, 'st')
        if (state == 'sending' or state == 'unconfirmed') and G.get(o, 'dg') == digest then return o end
    end
end

-- The platform says what became of a message that it had taken. args: ws, channel, external id, delivery, failed ('1'),
-- error -> delivery's state, or unknown
function G.report(keys, args)
    local tx = G.open(keys, args)
    local id = args[4]
    if id == '' then
        local record = call('GET', tx.w .. 'd:' .. args[2] .. ':' .. args[3])
        id = record and string.match(record, '^[^|]*|[^|]*|[^|]*|o|(.*)$') or ''
    end
    local o = id ~= '' and G.load(tx, 'o:', id)
    local c = o and o.exists and G.load(tx, 'c:', G.get(o, 'c'))
    if not c or not c.exists then return G.ok('unknown') end
    local state = G.get(o, 'st')
    local doubtful = state == 'unconfirmed'
    if doubtful then
        G.timer(tx, 'look', o.id, '', G.get(o, 'ra'))
        G.set(o, {ra = ''})
        G.set(o, {er = args[6]})
        G.apply(tx, c, o, args[5] == '1' and 'failed' or 'sent', args[3], 0, 0, G.get(o, 'a'))
    elseif state == 'sent' and args[5] == '1' then
        G.set(o, {er = args[6]})
        G.apply(tx, c, o, 'failed', '', 0, 0, G.get(o, 'a'))
    end
    G.commit(tx)
    return G.ok(G.get(o, 'st'))
end
