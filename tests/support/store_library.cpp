#include "tests/support/store_library.hpp"

#include <stdexcept>

namespace guichet::test {
namespace {

constexpr char kHooks[] = R"lua(
local frozen, fail_at, fail_mode, calls, failures = nil, 0, '', 0, 0
local function counted(...)
    calls = calls + 1
    if fail_at > 0 and (calls == fail_at or (fail_mode == 'from' and calls > fail_at)) then
        failures = failures + 1
        error('injected fault')
    end
    return redis.call(...)
end
local real_now = G.now
function G.now()
    local now = real_now()
    return frozen or now
end
redis.register_function('g1_test_clock', function(keys, args)
    frozen = tonumber(args[1])
    return {'ok'}
end)
redis.register_function('g1_test_fail', function(keys, args)
    fail_at, fail_mode = tonumber(args[1]), args[2]
    return {'ok', tostring(calls), tostring(failures)}
end)
)lua";

constexpr char kSnapshot[] = R"lua(
local lines, ids = {}, ARGV[1] == 'ids'
local function add(...) lines[#lines + 1] = table.concat({...}, ' ') end
local function text(value)
    if ids then return value end
    return (string.gsub(value, '%d%d%d%d%d%d%d%d%d%d%d%d%d%-%d+', 'ID'))
end
local show = {}
function show.string(key) add(key, '=', redis.call('GET', key)) end
function show.hash(key)
    local all = redis.call('HGETALL', key)
    for i = 1, #all, 2 do add(key, all[i], '=', text(all[i + 1])) end
end
function show.list(key)
    for i, value in ipairs(redis.call('LRANGE', key, 0, -1)) do add(key, '[' .. i .. ']', value) end
end
function show.set(key)
    for _, value in ipairs(redis.call('SMEMBERS', key)) do add(key, 'has', value) end
end
function show.zset(key)
    local all = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    for i = 1, #all, 2 do add(key, text(all[i]), '@', all[i + 1]) end
end
function show.stream(key)
    for i, entry in ipairs(redis.call('XRANGE', key, '-', '+')) do
        add(key, ids and entry[1] or string.format('#%05d', i), text(table.concat(entry[2], ' ')))
    end
    for _, group in ipairs(redis.call('XINFO', 'GROUPS', key)) do
        for i, pending in ipairs(redis.call('XPENDING', key, group[2], '-', '+', 10000)) do
            add(key, group[2], 'pending', ids and pending[1] or i)
        end
    end
end
local function wanted(key)
    for i = 2, #ARGV do
        if string.find(key, ARGV[i], 1, true) then return false end
    end
    return true
end
for _, key in ipairs(redis.call('KEYS', '*')) do
    if wanted(key) then show[redis.call('TYPE', key).ok](key) end
end
table.sort(lines)
return lines
)lua";

void replace_once(std::string& text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    if (at == std::string::npos || text.find(what, at + 1) != std::string::npos) {
        throw std::logic_error("the library has not exactly one '" + what + "'");
    }
    text.replace(at, what.size(), with);
}

}  // namespace

std::string library_with_faults(std::string text) {
    replace_once(text, "\nlocal function entry(", kHooks + std::string("\nlocal function entry("));
    replace_once(text, "        call = redis.call\n", "        call, calls, failures = counted, 0, 0\n");
    return text;
}

redis::Command load_library(const std::string& text) {
    return redis::Command("FUNCTION", "LOAD", "REPLACE", text);
}

redis::Command snapshot_command(bool ids, const std::vector<std::string>& without) {
    redis::Command command("EVAL", kSnapshot, "0", ids ? "ids" : "");
    return command.add_all(without);
}

}  // namespace guichet::test
