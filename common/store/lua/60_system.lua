-- Work that nothing is to be done for, dead letters, and the documents of administration.

-- args: ws, service, entry
function G.acknowledge(keys, args)
    local tx = G.open(keys, args)
    G.ack(tx, args[2], args[3])
    G.commit(tx)
    return G.ok()
end

-- args: ws, service ('' : not from a work stream), entry, source, reason, deliveries, what, conversation, id, body
function G.bury(keys, args)
    local tx = G.open(keys, args)
    local key = tx.w .. 'dead'
    G.stage(tx, {'XADD', key, '*', 'src', args[4], 'r', args[5], 'n', args[6], 'k', args[7], 'c', args[8],
        'i', args[9], 'b', args[10]})
    G.event(tx, 'dead_letter.added', G.fresh(tx, 'c:', args[8]), '', {detail = args[5]})
    if args[2] ~= '' then G.ack(tx, args[2], args[3]) end
    G.commit(tx)
    return G.ok()
end

-- Puts a dead letter back where it failed. args: ws, actor, request, scope, dead letter
function G.replay(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local key = tx.w .. 'dead'
    local found = call('XRANGE', key, args[5], args[5])[1]
    if not found then return G.refuse('5', 'not_found', 'there is no such dead letter: ' .. args[5]) end
    local f = {}
    for i = 1, #found[2], 2 do f[found[2][i]] = found[2][i + 1] end
    local service = string.match(f.src, '^work:(.+)$')
    G.event(tx, 'dead_letter.replayed', G.fresh(tx, 'c:', f.c), args[2], {detail = args[5]})
    if service then
        G.work(tx, service, f.k, f.c, f.i)
        tx.finally = {'XDEL', key, args[5]}
    else
        -- A raw body is gone only when it has been taken in.
        G.work(tx, 'ingest', 'replay', f.src, args[5])
    end
    return G.done(tx, G.ok())
end

-- Somebody reads it with the personal data in it: the trail says who, before he has it. args: ws, actor, dead letter
function G.read_letter(keys, args)
    local tx = G.open(keys, args)
    local found = call('XRANGE', tx.w .. 'dead', args[3], args[3])[1]
    if not found then return G.refuse('5', 'not_found', 'there is no such dead letter: ' .. args[3]) end
    local f = {}
    for i = 1, #found[2], 2 do f[found[2][i]] = found[2][i + 1] end
    G.event(tx, 'dead_letter.read', G.load(tx, 'c:', f.c), args[2], {detail = args[3]})
    G.commit(tx)
    return G.ok()
end

-- args: ws, service, entry, dead letter
function G.exhume(keys, args)
    local tx = G.open(keys, args)
    G.forget_letter(tx, args[4])
    tx.finally = {'XDEL', tx.w .. 'dead', args[4]}
    G.ack(tx, args[2], args[3])
    G.commit(tx)
    return G.ok()
end

-- Documents: {sys}:doc:<ws>:<kind>, id -> version|bytes.
-- What programs write for themselves is nobody's deed; a second factor is written at each sign-in, which the audit
-- tells by itself.
local unaudited = {private = true, cursor = true, second_factor = true, token_use = true}

-- args: ws, actor, request, kind, id, version (0: must not exist; -1: whatever), bytes ('' : remove), most
function G.doc(keys, args)
    local stop, tx = G.enter(keys, args)
    if stop then return stop end
    local key = tx.p .. 'doc:' .. args[1] .. ':' .. args[4]
    local old = call('HGET', key, args[5])
    local version = old and string.match(old, '^(%d+)|') or '0'
    if args[6] ~= '-1' and args[6] ~= version then
        if args[6] == '0' then
            return G.refuse('6', 'already_exists', 'there is one with this id already: ' .. args[5])
        end
        return {'err', '9', 'stale_version', 'it has changed since you read it: it is at version ' .. version,
            '', version, '0', '', ''}
    end
    if not old and call('HLEN', key) >= tonumber(args[8]) then
        return G.refuse('8', 'too_many', 'there are as many of these as allowed: ' .. args[8])
    end
    local fresh = G.int(tonumber(version) + 1)
    local undo = old and {'HSET', key, args[5], old} or {'HDEL', key, args[5]}
    if args[7] == '' then
        G.stage(tx, {'HDEL', key, args[5]}, undo)
    else
        G.stage(tx, {'HSET', key, args[5], fresh .. '|' .. args[7]}, undo)
    end
    if not unaudited[args[4]] then
        G.audit_line(tx, {args[1], args[7] == '' and 'document.removed' or 'document.changed', args[2], '', '', '',
            args[4] .. ' ' .. args[5], 'ok', '', args[3]})
    end
    return G.done(tx, G.ok(fresh))
end

-- While a library loads there is neither redis.call nor a loop to be had: one line for each.
local function entry(name, body)
    return function(keys, args)
        call = redis.call
        direct, group = call, nil
        G.current = name
        -- Only calls that go together share them.
        G.moment, G.kept = nil, nil
        return body(keys, args)
    end
end
local function register(name, body) redis.register_function(name, entry(name, body)) end
-- These drain, or keep what is there: they must work when memory is full, or nothing could leave any more.
local function register_draining(name, body)
    redis.register_function{function_name = name, callback = entry(name, body), flags = {'allow-oom'}}
end
redis.register_function{function_name = 'g1_view', callback = entry('g1_view', G.view), flags = {'no-writes'}}
redis.register_function{function_name = 'g1_waiting', callback = entry('g1_waiting', G.waiting), flags = {'no-writes'}}
register('g1_ingest', G.ingest)
register('g1_many', G.many)
register('g1_own_post', G.own_post)
register('g1_escalate', G.escalate)
register('g1_merge_contacts', G.merge_contacts)
register('g1_undo_merge', G.undo_merge)
register('g1_split_contact', G.split_contact)
register('g1_tell_apart', G.tell_apart)
register('g1_untell_apart', G.untell_apart)
register('g1_set_segment', G.set_segment)
register('g1_call_back', G.call_back)
register_draining('g1_escalated', G.escalated)
register('g1_called', G.called)
register('g1_agree_call', G.agree_call)
register_draining('g1_propose_next', G.propose_next)
register_draining('g1_read_letter', G.read_letter)
register('g1_propose', G.propose)
register('g1_close_public', G.close_public)
register('g1_visit', G.visit)
register_draining('g1_prove', G.prove)
register('g1_verify', G.verify)
register_draining('g1_report', G.report)
register_draining('g1_decline', G.decline)
register('g1_assign', G.assign)
register('g1_snooze', G.snooze)
register('g1_reopen', G.reopen)
register('g1_labels', G.labels)
register('g1_draft', G.draft)
register('g1_note', G.note)
register_draining('g1_read_mentions', G.read_mentions)
register('g1_attend', G.attend)
register('g1_send', G.send)
-- One call of a client, whichever release serves it: both remember it by one name.
redis.register_function('g1_answer', entry('g1_send', G.answer))
register('g1_publish', G.publish)
register('g1_moderate', G.moderate)
register_draining('g1_moderated', G.moderated)
register('g1_moderated_elsewhere', G.moderated_elsewhere)
register('g1_doc', G.doc)
register('g1_audit', G.audit)
register_draining('g1_anchor', G.anchor)
register_draining('g1_audit_cut', G.audit_cut)
register_draining('g1_audit_accept', G.audit_accept)
register_draining('g1_erase_conversation', G.erase_conversation)
register_draining('g1_erase_contact', G.erase_contact)
register_draining('g1_scrub', G.scrub)
register('g1_replay', G.replay)
register('g1_bury_unknown', G.bury_unknown)
register_draining('g1_outcome', G.outcome)
register_draining('g1_tick', G.tick)
register_draining('g1_resume', G.resume)
register_draining('g1_restored', G.restored)
register_draining('g1_acknowledge', G.acknowledge)
register_draining('g1_bury', G.bury)
register_draining('g1_exhume', G.exhume)
register_draining('g1_resolve', G.resolve)
register_draining('g1_give', G.give)
register_draining('g1_begin', G.begin)
register_draining('g1_triage', G.triage)
register_draining('g1_claim_next', G.claim_next)
register_draining('g1_claim', G.claim)
register_draining('g1_renew', G.renew)
register_draining('g1_presence', G.presence)
register_draining('g1_undo', G.undo)
register_draining('g1_settle', G.settle)
