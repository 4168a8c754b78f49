-- Who is who. k:<contact> is a person as one account or address made him known; i:<channel>:<author> leads there, and
-- so do his conversations. Joining moves nothing: the contact is put under another (`jn`), and the one on top is the
-- person. Taking it out again is therefore exact, also for what came meanwhile. km:<contact> lists those under it.
-- kx:<digest> lists contacts of whom the same is known (an address, a number): where likely same persons are looked for.

-- The one on top. No chain is longer than a person has contacts.
function G.root(tx, id)
    for _ = 1, 100 do
        local above = call('HGET', tx.w .. 'k:' .. id, 'jn')
        if not above then return id end
        id = above
    end
    return id
end

-- All contacts of a person, the one on top first.
function G.family(tx, root)
    local all, i = {root}, 1
    while all[i] do
        for _, id in ipairs(call('ZRANGE', tx.w .. 'km:' .. all[i], 0, -1)) do all[#all + 1] = id end
        i = i + 1
    end
    return all
end

-- Whether the caller sees any conversation of these contacts.
function G.sees_any(tx, family, scope)
    if scope == '*' then return true end
    for _, id in ipairs(family) do
        for _, conversation in ipairs(call('ZREVRANGE', tx.w .. 'kc:' .. id, 0, 49)) do
            local f = call('HMGET', tx.w .. 'c:' .. conversation, 'tm', 'ch', 'vis')
            if f[2] and G.allowed(scope, f[1] or '', f[2], f[3] or '') then return true end
        end
    end
    return false
end

-- The person that a caller names by any of his contacts: the one on top, and all; else a refusal.
function G.person(tx, id, scope, version)
    local found = id ~= '' and call('EXISTS', tx.w .. 'k:' .. id) == 1
    local root = found and G.root(tx, id)
    local family = found and G.family(tx, root)
    if not found or not G.sees_any(tx, family, scope) then
        return nil, nil, G.refuse('5', 'not_found', 'there is no such contact, or not for you: ' .. id)
    end
    local k = G.load(tx, 'k:', root)
    if version ~= '0' and version ~= G.get(k, 'v') then
        return nil, nil, {'err', '9', 'stale_version', 'contact ' .. root .. ' has changed since you read it: look again',
            '', G.get(k, 'v'), '0', '', ''}
    end
    return k, family
end

function G.changed(k) G.set(k, {v = G.int(G.num(k, 'v') + 1)}) end

-- how: by, at, proven ('1' or ''), reason
function G.put_under(tx, k, above, how)
    G.set(k, {jn = above, jb = how.by, ja = how.at, jp = how.proven, jr = how.reason})
    G.zadd(tx, tx.w .. 'km:' .. above, how.at, k.id)
end

function G.take_out(tx, k)
    local how = {by = G.get(k, 'jb'), at = G.get(k, 'ja'), proven = G.get(k, 'jp'), reason = G.get(k, 'jr')}
    if G.get(k, 'jn') ~= '' then G.zrem(tx, tx.w .. 'km:' .. G.get(k, 'jn'), k.id, how.at) end
    G.set(k, {jn = '', jb = '', ja = '', jp = '', jr = ''})
    return how
end

-- Tells whoever watches his newest open conversations; those without limits hear of it in any case.
function G.contact_event(tx, kind, family, actor, detail)
    local told = 0
    for i = 1, math.min(#family, 20) do
        for _, id in ipairs(call('ZREVRANGE', tx.w .. 'kc:' .. family[i], 0, 4)) do
            local c = told < 10 and G.load(tx, 'c:', id)
            if c and c.exists and G.get(c, 'st') ~= 'resolved' then
                G.event(tx, kind, c, actor, {detail = detail})
                told = told + 1
            end
        end
    end
    if told == 0 then G.event(tx, kind, G.fresh(tx, 'c:', ''), actor, {detail = detail}) end
end

-- args: ws, actor, request, scope, into, from, into's version, from's version (0: any), reason, most contacts
function G.merge_contacts(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local into, from, his, others, refusal
    into, his, refusal = G.person(tx, args[5], args[4], args[7])
    if not into then return refusal end
    from, others, refusal = G.person(tx, args[6], args[4], args[8])
    if not from then return refusal end
    if into.id == from.id then
        return G.refuse('9', 'one_already', 'these are one contact already: ' .. into.id)
    end
    if #his + #others > tonumber(args[10]) then
        return G.refuse('8', 'too_many_identities', 'together they would have more than ' .. args[10] .. ' identities')
    end
    G.put_under(tx, from, into.id, {by = args[2], at = tx.at, proven = '', reason = args[9]})
    G.changed(from)
    G.changed(into)
    G.save(tx, from)
    G.save(tx, into)
    for _, id in ipairs(others) do his[#his + 1] = id end
    G.contact_event(tx, 'contact.merged', his, args[2], from.id .. ' into ' .. into.id)
    return G.done(tx, G.ok(into.id, from.id))
end

-- args: ws, actor, request, scope, contact, version of the person's (0: any)
function G.undo_merge(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local root, family, refusal = G.person(tx, args[5], args[4], args[6])
    if not root then return refusal end
    if root.id == args[5] then
        return G.refuse('9', 'not_merged', 'this contact is not part of another: ' .. args[5])
    end
    local k = G.load(tx, 'k:', args[5])
    G.take_out(tx, k)
    G.changed(k)
    G.changed(root)
    G.save(tx, k)
    G.save(tx, root)
    G.contact_event(tx, 'contact.split', family, args[2], k.id .. ' out of ' .. root.id)
    return G.done(tx, G.ok(root.id, k.id))
end

-- args: ws, actor, request, scope, contact, version (0: any), then channel and external id of each identity
function G.split_contact(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local root, family, refusal = G.person(tx, args[5], args[4], args[6])
    if not root then return refusal end
    local his, out, order = {}, {}, {}
    for _, id in ipairs(family) do his[id] = true end
    for i = 7, #args, 2 do
        local id = call('GET', tx.w .. 'i:' .. args[i] .. ':' .. args[i + 1])
        if not id or not his[id] then
            return G.refuse('5', 'not_found', 'this contact has no such identity: ' .. args[i] .. ' ' .. args[i + 1])
        end
        if not out[id] then
            out[id] = true
            order[#order + 1] = id
        end
    end
    if #order == #family then
        return G.refuse('9', 'nothing_stays', 'these are all of its identities: one must stay')
    end
    local stays = G.part(tx, family, out, order, args[2])
    G.contact_event(tx, 'contact.split', family, args[2], order[1] .. ' out of ' .. stays)
    return G.done(tx, G.ok(stays, order[1]))
end

-- Takes those in `out` away and puts them under the first of them; what hung under them stays with the rest. Returns
-- the one on top of the rest.
function G.part(tx, family, out, order, actor)
    local k, above = {}, {}
    for _, id in ipairs(family) do
        k[id] = G.load(tx, 'k:', id)
        above[id] = G.get(k[id], 'jn')
    end
    -- The nearest above it that stays; '' when there is none.
    local function holds(id)
        local up = above[id]
        while up ~= '' and out[up] do up = above[up] end
        return up
    end
    local top = not out[family[1]] and family[1]
    for _, id in ipairs(family) do
        local up = above[id]
        if not out[id] and up ~= '' and out[up] then
            local how = G.take_out(tx, k[id])
            local next_up = holds(id)
            if next_up == '' and top then next_up = top end
            if next_up == '' then top = id else G.put_under(tx, k[id], next_up, how) end
        end
    end
    for i, id in ipairs(order) do
        G.take_out(tx, k[id])
        if i > 1 then
            G.put_under(tx, k[id], order[1], {by = actor, at = tx.at, proven = '', reason = 'split together'})
        end
    end
    G.changed(k[top])
    G.changed(k[order[1]])
    for _, id in ipairs(family) do G.save(tx, k[id]) end
    return top
end

-- The platform proved that this account is the person of conversation `c`: from now on the conversation is that
-- account's, and the account is one of the person's.
function G.met(tx, c, channel, author)
    local was, ikey = G.get(c, 'ct'), tx.w .. 'i:' .. channel .. ':' .. author
    local id = call('GET', ikey)
    local fresh = not id
    if fresh then
        id = c.id
        if call('EXISTS', tx.w .. 'k:' .. id) == 1 then return end
        G.put(tx, ikey, id)
    end
    if id == was then return end
    local k = fresh and G.fresh(tx, 'k:', id) or G.load(tx, 'k:', G.root(tx, id))
    if fresh then G.set(k, {nm = G.get(c, 'cn'), id1 = channel .. '|' .. author, cr = tx.at}) end
    local top = G.load(tx, 'k:', G.root(tx, was))
    local many = not fresh and #G.family(tx, k.id) or 1
    if top.exists and top.id ~= k.id and #G.family(tx, top.id) + many <= 100 then
        G.put_under(tx, k, top.id, {by = '', at = tx.at, proven = '1', reason = 'a private answer of the platform\'s'})
        G.changed(top)
        G.save(tx, top)
        if not fresh then G.event(tx, 'contact.merged', c, '', {detail = k.id .. ' into ' .. top.id}) end
    end
    G.changed(k)
    G.save(tx, k)
    local at = call('ZSCORE', tx.w .. 'kc:' .. was, c.id)
    if at then G.zrem(tx, tx.w .. 'kc:' .. was, c.id, at) end
    G.zadd(tx, tx.w .. 'kc:' .. id, at or tx.at, c.id)
    G.set(c, {ct = id})
end

-- What a message tells of its author. marks: lines "kind|proven|value|digest". A contact keeps twenty; what fifty
-- contacts have in common says nothing any more.
function G.mark(tx, id, marks)
    if id == '' then return end
    local key = tx.w .. 'k:' .. id
    local old = call('HGET', key, 'mk') or ''
    local kept, lines = old, select(2, string.gsub(old, '\n', '\n'))
    for line in string.gmatch(marks, '[^\n]+') do
        local fact, digest = string.match(line, '^(.*)|(%x+)$')
        if fact and lines < 20 and not string.find('\n' .. kept, '\n' .. fact .. '\n', 1, true) then
            kept = kept .. fact .. '\n'
            lines = lines + 1
            local index = tx.w .. 'kx:' .. digest
            if not call('ZSCORE', index, id) and call('ZCARD', index) < 50 then
                G.zadd(tx, index, tx.at, id)
            end
        end
    end
    if kept ~= old then
        G.stage(tx, {'HSET', key, 'mk', kept}, old ~= '' and {'HSET', key, 'mk', old} or {'HDEL', key, 'mk'})
    end
end
