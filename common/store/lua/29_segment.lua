-- What kind of customer somebody is, in a word or two ("VIP", "press"). A contact says it itself: `sg` what (empty:
-- of none), `sb` by whom, `sa` when (empty: it says nothing). A person is what the first of his contacts says that says
-- anything, the one on top first: so joining and taking apart move nothing. ks: each segment, by how many contacts say it.

-- One contact more, or less, says this.
function G.count_segment(tx, segment, by)
    if segment == '' then return end
    local key = tx.w .. 'ks'
    local old = call('ZSCORE', key, segment)
    local number = (tonumber(old) or 0) + by
    if number > 0 then
        G.zadd(tx, key, G.int(number), segment, old or nil)
    elseif old then
        G.zrem(tx, key, segment, old)
    end
end

-- args: ws, actor, request, scope, contact, version (0: any), segment ('' : none), most segments in use
function G.set_segment(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local k, family, refusal = G.person(tx, args[5], args[4], args[6])
    if not k then return refusal end
    local segment, before = args[7], G.get(k, 'sg')
    if segment ~= '' and not call('ZSCORE', tx.w .. 'ks', segment)
        and call('ZCARD', tx.w .. 'ks') >= tonumber(args[8]) then
        return G.refuse('8', 'too_many', 'there are as many segments as may be: ' .. args[8] .. '; take one in use')
    end
    if segment ~= before then
        G.count_segment(tx, before, -1)
        G.count_segment(tx, segment, 1)
    end
    G.set(k, {sg = segment, sb = args[2], sa = tx.at})
    G.changed(k)
    G.save(tx, k)
    G.contact_event(tx, 'contact.segmented', family, args[2], k.id)
    return G.done(tx, G.ok(k.id))
end
