-- A person's words go; that there was a conversation, and what was done in it, stays. See services/inbox/README.md.

-- What a record holds of him; ids of ours, states and times stay.
local forgotten = {
    ['c:'] = {'pv', 'sub', 'cn', 'au', 'th', 'tr', 'la', 'cb', 'ca', 're', 'pt'},
    ['o:'] = {'tx', 'to', 'mt', 'er', 'dg'},
    ['e:'] = {'rs', 'dc', 'er', 'tp', 'pt', 'pw', 'qt', 'qb', 'qg', 'cw'},
    ['k:'] = {'nm', 'id1', 'mk', 'jr', 'sg', 'sb', 'sa'},
}

function G.forget(tx, kind, record)
    for _, field in ipairs(forgotten[kind]) do record.new[field] = '' end
    G.set(record, {ers = tx.at})
    G.save(tx, record)
end

function G.drop_key(tx, key)
    local value = call('GET', key)
    if value then G.stage(tx, {'DEL', key}, {'SET', key, value}) end
end

-- The case that joined his conversations: nobody is offered anything any more, and no page knows who was on it.
function G.erase_case(tx, c, deliveries)
    local e = G.load(tx, 'e:', G.get(c, 'es'))
    if not e.exists then return end
    local state = G.get(e, 'st')
    if state ~= 'resolved' and state ~= 'closed' then
        G.came_back(tx, e)
        G.case_state(tx, e, 'closed')
    end
    for _, field in ipairs({'pd', 'qd', 'cd'}) do deliveries[G.get(e, field)] = true end
    G.forget(tx, 'e:', e)
    local visitors = call('HGETALL', tx.w .. 'cl:' .. e.id)
    if #visitors > 0 then
        G.stage(tx, {'DEL', tx.w .. 'cl:' .. e.id}, {'HSET', tx.w .. 'cl:' .. e.id, unpack(visitors)})
    end
end

-- args: ws, actor, conversation, then the deliveries of its messages
function G.erase_conversation(keys, args)
    local tx = G.open(keys, args)
    local c = G.load(tx, 'c:', args[3])
    if not c.exists then return G.ok('gone') end
    local drafts = call('HGETALL', tx.w .. 'dr:' .. c.id)
    if G.get(c, 'ers') ~= '' and G.get(c, 'ers') == G.get(c, 'up') and #drafts == 0 then return G.ok('erased') end
    if G.num(c, 'od') > 0 then
        return G.refuse('9', 'delivery_open', 'an answer is still on its way: it must settle first', c)
    end
    if G.get(c, 'st') ~= 'resolved' then G.close(tx, c, 'no_answer_needed', '', '') end
    local list = tx.w .. 'm:' .. c.id
    for i, entry in ipairs(call('LRANGE', list, 0, -1)) do
        local head = string.match(entry, '^[^|]*|[^|]*|[^|]*|')
        G.stage(tx, {'LSET', list, i - 1, head}, {'LSET', list, i - 1, entry})
    end
    if #drafts > 0 then
        G.stage(tx, {'DEL', tx.w .. 'dr:' .. c.id}, {'HSET', tx.w .. 'dr:' .. c.id, unpack(drafts)})
    end
    if G.get(c, 'th') ~= '' then G.drop_key(tx, tx.w .. 't:' .. G.get(c, 'ch') .. ':' .. G.get(c, 'th')) end
    local deliveries = {}
    for i = 4, #args do deliveries[args[i]] = true end
    if G.get(c, 'es') ~= '' then G.erase_case(tx, c, deliveries) end
    for id in pairs(deliveries) do
        local o = G.load(tx, 'o:', id)
        -- Those of the case's other side go with it: what is on its way must settle first.
        if o.exists and G.get(o, 'c') == c.id then G.forget(tx, 'o:', o) end
    end
    -- Triage that is still to come finds its work done.
    G.set(c, {ts = G.get(c, 'in')})
    G.touch(tx, c)
    G.forget(tx, 'c:', c)
    G.event(tx, 'conversation.erased', c, args[2])
    G.commit(tx)
    return G.ok('erased')
end

-- args: ws, contact, then digests of what is known of him
function G.erase_contact(keys, args)
    local tx = G.open(keys, args)
    local k = G.load(tx, 'k:', args[2])
    if not k.exists then return G.ok('gone') end
    local channel, author = string.match(G.get(k, 'id1'), '^([^|]*)|(.*)$')
    if channel then G.drop_key(tx, tx.w .. 'i:' .. channel .. ':' .. author) end
    for i = 3, #args do
        local score = call('ZSCORE', tx.w .. 'kx:' .. args[i], k.id)
        if score then G.zrem(tx, tx.w .. 'kx:' .. args[i], k.id, score) end
    end
    local said = call('LRANGE', tx.w .. 'kp:' .. k.id, 0, -1)
    if #said > 0 then
        G.stage(tx, {'DEL', tx.w .. 'kp:' .. k.id}, {'RPUSH', tx.w .. 'kp:' .. k.id, unpack(said)})
    end
    G.forget_apart(tx, k.id)
    G.count_segment(tx, G.get(k, 'sg'), -1)
    G.changed(k)
    G.forget(tx, 'k:', k)
    G.commit(tx)
    return G.ok('erased')
end

-- Writes a stream anew without some entries: what XDEL takes out stays in its node, and so in what is saved.
-- Ids stay, so whoever reads goes on where he was. Dead letters that go count no more.
-- -> how many entries it met, the last id that the stream gave
-- args: ws, stream, field that names the conversation, field to empty ('': the entry goes), most entries,
-- words (joined by \n: an entry of this workspace that holds one goes too), then the conversations
function G.scrub(keys, args)
    local tx = G.open(keys, args)
    local key, fresh = tx.p .. args[2], tx.p .. args[2] .. ':scrubbed'
    if call('EXISTS', key) == 0 then return G.ok('0', '0-0') end
    if call('XLEN', key) > tonumber(args[5]) then
        return G.refuse('14', 'too_long', 'the archiver is behind: this stream cannot be written anew yet')
    end
    local his, hits, gone = {}, 0, {}
    for i = 7, #args do his[args[i]] = true end
    G.stage(tx, {'DEL', fresh})
    G.stage(tx, {'XGROUP', 'CREATE', fresh, 'none', '0', 'MKSTREAM'}, {'DEL', fresh})
    G.stage(tx, {'XGROUP', 'DESTROY', fresh, 'none'})
    for _, entry in ipairs(call('XRANGE', key, '-', '+')) do
        local f = {}
        for i = 1, #entry[2], 2 do f[entry[2][i]] = i + 1 end
        local ours = not f.w or entry[2][f.w] == tx.ws
        local hit = ours and f[args[3]] and his[entry[2][f[args[3]]]]
        if ours and not hit and args[6] ~= '' then
            for word in string.gmatch(args[6], '[^\n]+') do
                for i = 2, #entry[2], 2 do hit = hit or string.find(entry[2][i], word, 1, true) end
            end
        end
        if hit then hits = hits + 1 end
        if hit and key == tx.w .. 'dead' then gone[entry[1]] = f.b and #entry[2][f.b] or 0 end
        if hit and args[4] ~= '' and f[args[4]] then entry[2][f[args[4]]] = '' end
        if not hit or args[4] ~= '' then G.stage(tx, {'XADD', fresh, entry[1], unpack(entry[2])}) end
    end
    if next(gone) then G.forget_unknown(tx, gone) end
    local info, last = call('XINFO', 'STREAM', key), '0-0'
    for i = 1, #info, 2 do if info[i] == 'last-generated-id' then last = info[i + 1] end end
    if last ~= '0-0' then G.stage(tx, {'XSETID', fresh, last}) end
    tx.finally = {'RENAME', fresh, key}
    G.commit(tx)
    return G.ok(G.int(hits), last)
end
