-- Dead letters of accounts that no channel is connected to: whoever owns the platform's app can make any number
-- of them, so that a workspace keeps the newest within its limits.
--   dz   zset    letter|bytes, in the order they came
--   dt   hash    b bytes of them all, n the last place given, x dropped ever

-- args: ws, source, reason, body, most letters, most bytes. Gives how many older ones were dropped.
function G.bury_unknown(keys, args)
    local tx = G.open(keys, args)
    local key, order = tx.w .. 'dead', tx.w .. 'dz'
    local sums = G.load(tx, 'dt', '')
    local most, most_bytes = tonumber(args[5]), tonumber(args[6])
    local letters, bytes = call('ZCARD', order) + 1, G.num(sums, 'b') + #args[4]
    local oldest = call('ZRANGE', order, '0', '99', 'WITHSCORES')
    local drop = {'XDEL', key}
    for i = 1, #oldest, 2 do
        if letters <= most and bytes <= most_bytes then break end
        local id, size = string.match(oldest[i], '^(.-)|(%d+)$')
        drop[#drop + 1] = id
        G.zrem(tx, order, oldest[i], oldest[i + 1])
        letters, bytes = letters - 1, bytes - tonumber(size)
    end
    local dropped, place = #drop - 2, G.num(sums, 'n') + 1
    G.set(sums, {b = G.int(bytes), n = G.int(place), x = G.int(G.num(sums, 'x') + dropped)})
    G.save(tx, sums)
    local put, take = {'ZADD', order, G.int(place), ''}, {'ZREM', order, ''}
    G.stage(tx, {'XADD', key, '*', 'src', args[2], 'r', args[3], 'n', '0', 'k', '', 'c', '', 'i', '', 'b', args[4]})
    -- Its id is known when it is written.
    tx[tx.n][4] = function(id)
        put[4] = id .. '|' .. G.int(#args[4])
        take[3] = put[4]
    end
    G.stage(tx, put, take)
    G.event(tx, 'dead_letter.added', G.fresh(tx, 'c:', ''), '', {detail = args[3]})
    if dropped > 0 then tx.finally = drop end
    G.commit(tx)
    return G.ok(G.int(dropped))
end

-- Letters go: they count no more, if they did. letters: id -> bytes of its body
function G.forget_unknown(tx, letters)
    local sums, gone = G.load(tx, 'dt', ''), 0
    for letter, size in pairs(letters) do
        local member = letter .. '|' .. G.int(size)
        local place = call('ZSCORE', tx.w .. 'dz', member)
        if place then
            G.zrem(tx, tx.w .. 'dz', member, place)
            gone = gone + size
        end
    end
    G.set(sums, {b = G.int(G.num(sums, 'b') - gone)})
    if gone > 0 then G.save(tx, sums) end
end

-- The same for one of which only the id is known.
function G.forget_letter(tx, letter)
    local found = call('XRANGE', tx.w .. 'dead', letter, letter)[1]
    if not found then return end
    local size = 0
    for i = 1, #found[2], 2 do
        if found[2][i] == 'b' then size = #found[2][i + 1] end
    end
    G.forget_unknown(tx, {[letter] = size})
end
