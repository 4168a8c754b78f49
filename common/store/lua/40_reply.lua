-- What the brand says: the outbox. o:<delivery> is one answer; ol:<conversation> keeps their order.
-- held -> queued -> sending -> sent | retry | unconfirmed | failed; held or queued -> cancelled.

-- args: ws, actor, request, scope, conversation, text blob
function G.draft(keys, args)
    local tx = G.open(keys, args)
    local c, refusal = G.conversation(tx, args[5], args[4])
    if not c then return refusal end
    local key = tx.w .. 'dr:' .. c.id
    local old = call('HGET', key, args[2])
    local undo = old and {'HSET', key, args[2], old} or {'HDEL', key, args[2]}
    G.stage(tx, args[6] ~= '' and {'HSET', key, args[2], args[6]} or {'HDEL', key, args[2]}, undo)
    G.commit(tx)
    return G.ok(tx.at)
end

-- Notes and suggestions. args[5..]: conversation, blob, event, mentions
function G.note(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local seq = G.int(G.num(c, 'ms') + 1)
    G.append(tx, c.id, 'n', '', args[6])
    G.touch(tx, c)
    G.set(c, {ms = seq})
    G.save(tx, c)
    if args[7] == 'note.added' then G.mention(tx, c, seq, args[8]) end
    G.event(tx, args[7], c, args[2], {seq = seq, detail = args[8]})
    return G.done(tx, G.ok(seq))
end

-- args[5..]: conversation, epoch, inbound_seq, delivery, blob, text, undo ms, after (keep wait resolve), persona, digest,
-- 15 channels that take these words (a list, or '*'; none in calls of releases before `answer`). Also gives the record.
function G.send(keys, args)
    local stop, tx, c = G.on_conversation(keys, args)
    if stop then return stop end
    local actor = args[2]
    local refusal = G.not_owner(c, actor, args[6])
    if refusal then return refusal end
    if G.get(c, 'cb') ~= '' then
        return G.refuse('9', 'call_only', 'this is a call to make: nothing can be sent here', c)
    end
    if args[7] ~= G.get(c, 'in') then
        return G.refuse('9', 'stale_inbound', 'the customer wrote or changed something since: read it first', c)
    end
    if G.num(c, 'od') >= 20 then
        return G.refuse('8', 'too_many_deliveries', 'twenty answers wait already: let them go out first', c)
    end
    if args[15] and not G.listed(args[15], G.get(c, 'ch')) then
        return G.refuse('9', 'other_channel', 'the channel of this conversation does not take these words', c)
    end
    return G.hold(tx, c, args)
end

-- The same, which says what became of it: the delivery, then its fields. A name of its own, since a library that does not
-- look at the channels must not be asked.
function G.answer(keys, args)
    local sent, o = G.send(keys, args)
    if sent[1] ~= 'ok' then return sent end
    -- A request that came before: as it is now.
    local fields = o and G.flat(o) or call('HGETALL', keys[1] .. args[1] .. ':o:' .. sent[2])
    return G.ok(sent[2], unpack(fields))
end

-- What is kept for the same request has nothing of the words in it. Also gives the record.
function G.hold(tx, c, args)
    local o, refusal = G.put_out(tx, c, {actor = args[2], id = args[8], blob = args[9], text = args[10],
        undo = tonumber(args[11]), after = args[12], persona = args[13], digest = args[14]})
    if not o then return refusal end
    G.save(tx, c)
    return G.done(tx, G.ok(o.id, G.get(o, 'q'), G.get(o, 'st'), G.get(o, 'hu'))), o
end

-- Puts an answer into the outbox; the caller saves the conversation. what: actor, id, blob, text, undo, after, persona,
-- digest (of the words as they go out), and where it is no answer to what was written: way, recipient, escalation
function G.put_out(tx, c, what)
    local actor, id = what.actor, what.id
    local seq = G.int(G.num(c, 'ms') + 1)
    local o = G.fresh(tx, 'o:', id)
    if call('EXISTS', o.key) == 1 then
        return nil, G.refuse('6', 'already_exists', 'there is a delivery with this id already: ' .. id)
    end
    local held = what.undo > 0 and G.int(tx.now + what.undo) or ''
    local key = tx.w .. 'ol:' .. c.id
    G.append(tx, c.id, 'o', '', what.blob)
    G.stage(tx, {'RPUSH', key, id})
    G.set(o, {st = held ~= '' and 'held' or 'queued', c = c.id, q = seq, ['in'] = G.get(c, 'in'), a = actor,
        tx = what.text, af = what.after, pe = what.persona, ch = G.get(c, 'ch'), cr = tx.at, hu = held, v = '1',
        dg = what.digest, wy = what.way or '', to = what.recipient or '', es = what.escalation or ''})
    G.touch(tx, c)
    G.set(c, {ms = seq, od = G.int(G.num(c, 'od') + 1)})
    if held ~= '' then
        G.timer(tx, 'held', id, held, '')
    elseif G.num(c, 'od') == 1 then
        G.work_send(tx, c, id)
    end
    local drafts = tx.w .. 'dr:' .. c.id
    local draft = call('HGET', drafts, actor)
    if draft then G.stage(tx, {'HDEL', drafts, actor}, {'HSET', drafts, actor, draft}) end
    G.save(tx, o)
    G.event(tx, 'delivery.held', c, actor, {seq = seq, did = id, ds = G.get(o, 'st')})
    return o
end

-- A post of the brand's own: a conversation that starts resolved.
-- args[5..]: conversation (new), channel, team, delivery, blob, text, undo ms, after, persona, digest
function G.publish(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    if not G.allowed(args[4], args[7], args[6], 'public') then
        return G.refuse('7', 'denied', 'you may not publish on this channel')
    end
    local c = G.fresh(tx, 'c:', args[5])
    if call('EXISTS', c.key) == 1 then
        return G.refuse('6', 'already_exists', 'there is a conversation with this id already: ' .. args[5])
    end
    G.set(c, {st = 'resolved', v = '0', ['in'] = '0', ch = args[6], vis = 'public', th = args[8], tm = args[7], cr = tx.at})
    return G.hold(tx, c, args)
end

-- Takes a delivery off its conversation's list and starts the next.
function G.unlist(tx, c, o)
    local key = tx.w .. 'ol:' .. c.id
    local list = call('LRANGE', key, 0, -1)
    if not G.listed(table.concat(list, ','), o.id) then return end
    G.stage(tx, {'LREM', key, 1, o.id}, {'DEL', key}, {'RPUSH', key, unpack(list)})
    G.set(c, {od = G.int(math.max(0, G.num(c, 'od') - 1))})
    local following = list[1] == o.id and list[2]
    if following then
        local state = call('HGET', tx.w .. 'o:' .. following, 'st')
        if state == 'queued' then G.work_send(tx, c, following) end
    end
end

function G.change(o, state)
    G.set(o, {st = state, v = G.int(G.num(o, 'v') + 1)})
end

-- What waited for the last answer to settle goes back to the queue now.
function G.settle_return(tx, c, reserve)
    if G.get(c, 'rt') == '1' and G.num(c, 'od') == 0 then G.give_back(tx, c, reserve) end
end

-- Stops a delivery that has not begun and gives the text back as a draft.
function G.cancel(tx, c, o, reason)
    G.timer(tx, 'held', o.id, '', G.get(o, 'hu'))
    G.timer(tx, 'retry', o.id, '', G.get(o, 'ra'))
    local text, actor = G.get(o, 'tx'), G.get(o, 'a')
    local key = tx.w .. 'dr:' .. c.id
    if text ~= '' and not call('HGET', key, actor) then
        G.stage(tx, {'HSET', key, actor, text}, {'HDEL', key, actor})
    end
    G.unlist(tx, c, o)
    G.change(o, 'cancelled')
    G.set(o, {er = reason, hu = '', ra = '', tx = ''})
    G.touch(tx, c)
    local ended = G.get(o, 'es') ~= '' and G.end_empty(tx, c, 'the offer was taken back')
    if not ended then G.settle_return(tx, c, 0) end
    G.save(tx, o)
    G.save(tx, c)
    G.event(tx, 'delivery.cancelled', c, actor, {seq = G.get(o, 'q'), did = o.id, ds = 'cancelled', detail = reason})
    if ended then G.event(tx, 'conversation.resolved', c, actor, {detail = 'no_answer_needed'}) end
    if G.get(o, 'es') ~= '' then G.move_settled(tx, c, o, 'cancelled') end
end

-- The delivery that a caller names, with its conversation.
function G.delivery(tx, id, scope)
    local o = G.load(tx, 'o:', id)
    local c = o.exists and G.conversation(tx, G.get(o, 'c'), scope)
    if not c then return nil, nil, G.refuse('5', 'not_found', 'there is no such delivery, or not for you: ' .. id) end
    return o, c
end

-- args: ws, actor, request, scope, delivery, any actor's ('1': supervisor)
function G.undo(keys, args)
    local stop, tx, o, c = G.on(G.delivery, keys, args)
    if stop then return stop end
    local state = G.get(o, 'st')
    if args[6] ~= '1' and G.get(o, 'a') ~= args[2] then
        return G.refuse('7', 'denied', 'this answer is ' .. G.get(o, 'a') .. "'s: only he or a supervisor takes it back", c)
    end
    if (state ~= 'held' and state ~= 'queued' and state ~= 'retry') or (state == 'retry' and G.get(o, 'go') ~= '') then
        return G.refuse('9', 'too_late', 'too late to take it back: it is ' .. state, c)
    end
    G.cancel(tx, c, o, 'undone')
    return G.done(tx, G.ok(o.id, G.get(o, 'st')))
end

-- Checks again, right before the platform is called. args: ws, delivery, entry, token, send-before ms,
-- silence ms (after which a vanished attempt is unconfirmed), defer ms ('' : go), why
function G.begin(keys, args)
    local tx = G.open(keys, args)
    local o = G.load(tx, 'o:', args[2])
    local c = o.exists and G.load(tx, 'c:', G.get(o, 'c'))
    if c and c.exists and G.get(o, 'st') == 'sending' and G.get(o, 'tk') == args[4] then
        -- The same attempt asks again: the first answer was lost on its way.
        return G.going(tx, c, o, G.int(G.num(o, 'sb') - tonumber(args[6]) + tonumber(args[5])))
    end
    if not c or not c.exists or G.get(o, 'st') ~= 'queued' then
        G.ack(tx, 'reply', args[3])
        G.commit(tx)
        return G.ok('skip', G.get(o, 'st'))
    end
    if call('LINDEX', tx.w .. 'ol:' .. c.id, 0) ~= o.id then
        -- Its turn comes when the one before it settles.
        G.ack(tx, 'reply', args[3])
        G.commit(tx)
        return G.ok('skip', 'not its turn')
    end
    -- A retry is checked like the first attempt: nothing of it went out. What may be out already is not, nor what
    -- a human told to send.
    if G.get(o, 'in') ~= G.get(c, 'in') and G.get(o, 'go') == '' then
        G.ack(tx, 'reply', args[3])
        G.cancel(tx, c, o, 'the customer wrote or changed something meanwhile')
        G.commit(tx)
        return G.ok('skip', 'cancelled')
    end
    if args[7] ~= '' then
        G.ack(tx, 'reply', args[3])
        local at = G.int(tx.now + tonumber(args[7]))
        G.change(o, 'retry')
        G.set(o, {ra = at, er = args[8]})
        G.timer(tx, 'retry', o.id, at, '')
        G.save(tx, o)
        G.event(tx, 'delivery.retry', c, G.get(o, 'a'),
            {seq = G.get(o, 'q'), did = o.id, ds = 'retry', detail = args[8]})
        G.commit(tx)
        return G.ok('skip', 'deferred')
    end
    return G.attempt(tx, c, o, args)
end

function G.attempt(tx, c, o, args)
    local before = G.int(tx.now + tonumber(args[5]))
    local silence = G.int(tx.now + tonumber(args[6]))
    G.change(o, 'sending')
    G.set(o, {at = G.int(G.num(o, 'at') + 1), tk = args[4], sb = silence, ra = '', er = '',
        rt = G.get(c, 'la')})
    G.timer(tx, 'send', o.id, silence, '')
    G.save(tx, o)
    G.event(tx, 'delivery.sending', c, G.get(o, 'a'), {seq = G.get(o, 'q'), did = o.id, ds = 'sending'})
    local go = G.going(tx, c, o, before)
    G.commit(tx)
    return go
end

-- What the connector must know to send it.
function G.going(tx, c, o, before)
    local entry = call('LINDEX', tx.w .. 'm:' .. c.id, tonumber(G.get(o, 'q')) - 1)
    return G.ok('go', c.id, G.get(o, 'q'), G.get(o, 'at'), before, G.get(c, 'ch'), G.get(c, 'th'), G.get(c, 'au'),
        G.get(c, 'la'), G.get(c, 'vis'), entry or '', G.get(o, 'cr'), G.get(o, 'wy'), G.get(o, 'to'), G.get(c, 'lc'),
        G.get(c, 'sub'))
end

-- What became of an attempt. args: ws, delivery, entry, token, outcome (sent retry unconfirmed failed absent),
-- remote id, error, wait ms (retry: when; unconfirmed: until the first look), reserve ms, recipient (the customer as
-- the private side knows him)
function G.outcome(keys, args)
    local tx = G.open(keys, args)
    local o = G.load(tx, 'o:', args[2])
    local c = o.exists and G.load(tx, 'c:', G.get(o, 'c'))
    G.ack(tx, 'reply', args[3])
    local state = G.get(o, 'st')
    -- A late word of the same attempt still counts when nobody else has settled it; '*' is the word of a look.
    local known = G.get(o, 'tk') == args[4] or (args[4] == '*' and state == 'unconfirmed')
    if not c or not c.exists or not known or (state ~= 'sending' and state ~= 'unconfirmed') then
        G.commit(tx)
        return G.ok('stale', state)
    end
    G.timer(tx, 'send', o.id, '', state == 'sending' and G.get(o, 'sb') or '')
    G.timer(tx, 'look', o.id, '', state == 'unconfirmed' and G.get(o, 'ra') or '')
    G.set(o, {er = args[7], sb = '', ra = ''})
    if state == 'unconfirmed' and (args[5] == 'unconfirmed' or args[5] == 'absent') then
        -- Nothing new: only the next look moves.
        G.set(o, {ra = G.int(tx.now + tonumber(args[8]))})
        if args[5] == 'absent' then G.set(o, {lk = G.int(G.num(o, 'lk') + 1)}) end
        G.timer(tx, 'look', o.id, G.get(o, 'ra'), '')
        G.save(tx, o)
        G.commit(tx)
        return G.ok('done', state)
    end
    -- Without two looks that showed it absent it may be out: trying again must end the doubt, whatever is written
    -- meanwhile. Shown absent, it is checked like a first attempt.
    if args[4] == '*' and args[5] == 'retry' and G.num(o, 'lk') == 0 then G.set(o, {go = '1'}) end
    if args[5] ~= 'unconfirmed' then G.set(o, {lk = ''}) end
    if args[10] and args[10] ~= '' then G.set(o, {mt = args[10]}) end
    G.apply(tx, c, o, args[5], args[6], tonumber(args[8]), tonumber(args[9]), G.get(o, 'a'))
    G.commit(tx)
    return G.ok('done', G.get(o, 'st'))
end

-- un: the deliveries of which nobody knows whether they went out.
function G.doubt(tx, o, enters)
    local key = tx.w .. 'un'
    if enters then
        G.zadd(tx, key, G.get(o, 'cr'), o.id)
    elseif o.old.st == 'unconfirmed' then
        G.zrem(tx, key, o.id, G.get(o, 'cr'))
    end
end

function G.apply(tx, c, o, outcome, remote, wait, reserve, actor)
    local moved
    G.doubt(tx, o, outcome == 'unconfirmed')
    if outcome == 'sent' then
        moved = G.sent(tx, c, o, remote, reserve)
    elseif outcome == 'failed' then
        moved = G.failed(tx, c, o, reserve)
    else
        local at = G.int(tx.now + wait)
        G.change(o, outcome)
        G.set(o, {ra = at})
        G.timer(tx, outcome == 'retry' and 'retry' or 'look', o.id, at, '')
    end
    G.touch(tx, c)
    G.save(tx, o)
    G.save(tx, c)
    G.event(tx, 'delivery.' .. outcome, c, actor,
        {seq = G.get(o, 'q'), did = o.id, ds = G.get(o, 'st'), detail = G.get(o, 'er')})
    if moved then G.event(tx, moved, c, actor, {detail = 'delivery ' .. o.id .. ' ' .. outcome}) end
    if G.get(o, 'es') ~= '' and outcome ~= 'retry' and outcome ~= 'unconfirmed' then G.move_settled(tx, c, o, outcome) end
end

-- Someone must see it: it may not rest in a closed conversation. -> the event of what the conversation became
function G.failed(tx, c, o, reserve)
    G.unlist(tx, c, o)
    G.change(o, 'failed')
    local state = G.get(c, 'st')
    if G.get(o, 'es') ~= '' and G.nothing_left(c) then
        return G.end_empty(tx, c, 'the offer did not go out') and 'conversation.resolved' or nil
    end
    if state == 'resolved' or state == 'pending' then
        G.set(c, {due = tx.at, oc = ''})
        G.give_back(tx, c, reserve)
        return 'conversation.reopened'
    end
    G.settle_return(tx, c, reserve)
end

-- -> the event of what the conversation became, if anything
function G.sent(tx, c, o, remote, reserve)
    G.unlist(tx, c, o)
    G.change(o, 'sent')
    G.set(o, {rm = remote, sn = tx.at, tx = '', er = ''})
    if remote ~= '' then
        -- The platform may send our own words back: they are known.
        local key = tx.w .. 'd:' .. G.get(c, 'ch') .. ':' .. remote
        G.put(tx, key, c.id .. '|' .. G.get(o, 'q') .. '|0|o|' .. o.id, call('GET', key) or nil)
    end
    if G.get(c, 'pt') ~= '' then G.in_thread(tx, G.get(c, 'ch'), G.get(c, 'pt'), c.id, G.get(o, 'q')) end
    if G.get(c, 'fa') == '' then G.set(c, {fa = tx.at}) end
    local owner, after = G.get(c, 'ow'), G.get(o, 'af')
    if owner == G.get(o, 'a') and G.num(c, 'od') == 0 and G.get(c, 'in') == G.get(o, 'in') then
        -- All that the customer wrote is read and answered: triage that comes late has nothing to bring back.
        if after == 'resolve' or after == 'wait' then G.set(c, {ts = G.get(c, 'in')}) end
        if after == 'resolve' then
            G.close(tx, c, 'solved', '', '')
            return 'conversation.resolved'
        elseif after == 'wait' then
            G.disown(tx, c)
            G.set(c, {st = 'pending', po = owner, due = '', fd = ''})
            return 'conversation.pending'
        end
    end
    G.settle_return(tx, c, reserve)
end
