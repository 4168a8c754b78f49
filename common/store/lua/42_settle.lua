-- What people decide of an answer that the outbox could not settle by itself.

-- A human says what became of it. args: ws, actor, request, scope, delivery, settlement, remote id
function G.settle(keys, args)
    local stop, tx, o, c = G.on(G.delivery, keys, args)
    if stop then return stop end
    local state = G.get(o, 'st')
    if state ~= 'unconfirmed' and state ~= 'failed' then
        return G.refuse('9', 'not_open', 'there is nothing to settle: the delivery is ' .. state, c)
    end
    if state == 'unconfirmed' then G.timer(tx, 'look', o.id, '', G.get(o, 'ra')) end
    G.set(o, {ra = '', tk = ''})
    G.settled(tx, c, o, args, state)
    return G.done(tx, G.ok(o.id, G.get(o, 'st')))
end

function G.settled(tx, c, o, args, state)
    if args[6] == 'sent' then
        G.apply(tx, c, o, 'sent', args[7], 0, 0, args[2])
    elseif args[6] == 'resend' then
        G.doubt(tx, o, false)
        G.change(o, 'queued')
        G.set(o, {go = '1', er = ''})
        -- The list still holds it, or takes it again as the last: its work starts when it is first.
        local key = tx.w .. 'ol:' .. c.id
        local head = call('LINDEX', key, 0)
        if state == 'failed' then
            G.stage(tx, {'RPUSH', key, o.id})
            G.set(c, {od = G.int(G.num(c, 'od') + 1)})
            -- Nobody may take it and answer beside this.
            if G.get(c, 'st') == 'waiting' then G.give_back(tx, c, 0) end
        end
        if not head or head == o.id then G.work_send(tx, c, o.id) end
        G.touch(tx, c)
        G.save(tx, o)
        G.save(tx, c)
        G.event(tx, 'delivery.queued', c, args[2], {seq = G.get(o, 'q'), did = o.id, ds = 'queued'})
    else
        G.doubt(tx, o, false)
        G.unlist(tx, c, o)
        G.change(o, 'cancelled')
        G.set(o, {er = 'dropped by ' .. args[2], tx = ''})
        G.touch(tx, c)
        local ended = G.get(o, 'es') ~= '' and G.end_empty(tx, c, 'the offer was dropped')
        if not ended then G.settle_return(tx, c, 0) end
        G.save(tx, o)
        G.save(tx, c)
        G.event(tx, 'delivery.cancelled', c, args[2], {seq = G.get(o, 'q'), did = o.id, ds = 'cancelled'})
        if ended then G.event(tx, 'conversation.resolved', c, args[2], {detail = 'no_answer_needed'}) end
        if G.get(o, 'es') ~= '' then G.move_settled(tx, c, o, 'cancelled') end
    end
end
