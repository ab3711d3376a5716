using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>Handlers that fail: the ERROR frame, the log line, and that the next invocation works.</summary>
public sealed class InvocationErrorsTests
{
    [Theory]
    [Node("exports.handler = async () => { throw new TypeError('boom'); };", "TypeError", "boom")]
    [Node("exports.handler = () => { throw new TypeError('boom'); };", "TypeError", "boom")]
    [Node("exports.handler = (event, context, callback) => callback(new TypeError('boom'));", "TypeError", "boom")]
    [Node("exports.handler = (event, context, callback) => callback('text');", "string", "text")]
    [Node("exports.handler = (event, context) => context.fail(new RangeError('boom'));", "RangeError", "boom")]
    [Node("class Own extends Error { name = 'Own' }; exports.handler = async () => { throw new Own('boom'); };", "Own", "boom")]
    [Node("exports.handler = async () => { throw 42; };", "number", "42")]
    [Node("exports.handler = async () => { throw undefined; };", "string", "handled")]
    [Node("exports.handler = async () => { throw Object.create(null); };", "object", "[object Object]")]
    [Node("exports.handler = async () => { const a = {}; a.a = a; return a; };", "Error", "Unable to stringify response body")]
    [Node("exports.handler = async () => 1n;", "Error", "Unable to stringify response body")]
    [Node("exports.handler = async () => { const error = new Error('boom'); error.self = error; error.big = 1n; throw error; };", "Error", "boom")]
    [Node("exports.handler = async () => ['x'.repeat(70 * 1024 * 1024)];", "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (6291556 bytes).")]
    [Python("def handler(event, context): raise TypeError('boom')", "TypeError", "boom")]
    [Python("class Own(Exception): pass\ndef handler(event, context): raise Own('boom')", "Own", "boom")]
    [Python("def handler(event, context): return {1, 2}", "Runtime.MarshalError", "Unable to marshal response: Object of type set is not JSON serializable")]
    [Python("def handler(event, context):\n  a = []\n  a.append(a)\n  return a", "Runtime.MarshalError", "Unable to marshal response: Circular reference detected")]
    [Python("def handler(event): pass", "TypeError", "handler() takes 1 positional argument but 2 were given")]
    [Python("class Own(Exception):\n  def __str__(self): raise KeyError('x')\ndef handler(event, context): raise Own()",
        "Own", "<Own: its text cannot be made: KeyError>")]
    [Python("def handler(event, context): return 'x' * (70 * 1024 * 1024)", "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (6291556 bytes).")]
    public async Task A_failure_is_answered_and_the_next_invocation_works(Language language, string code, string type, string message)
    {
        await using var host = await RuntimeHost.Load(language, code);

        for (var round = 0; round < 2; round++)
        {
            var answer = await host.Invoke();

            Assert.Equal(type, (string?)answer.Error["errorType"]);
            Assert.Equal(message, (string?)answer.Error["errorMessage"]);
            var logged = type is "string" or "number" or "object" ? "\"errorType\":\"Error\"" : type; // what is thrown is logged as an error
            Assert.Contains(logged, Assert.Single(answer.Logs));
        }
    }

    [Theory, Node]
    public async Task A_Node_error_has_its_stack_as_lines_and_is_logged_with_its_properties(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            exports.handler = async () => {
              throw Object.assign(new Error('boom'), { code: 'E_BOOM', cause: new Error('why') });
            };
            """);

        var answer = await host.Invoke();

        Assert.Equal(["errorType", "errorMessage", "trace"], answer.Error.AsObject().Select(field => field.Key));
        Assert.Equal("Error: boom", (string?)answer.Error["trace"]![0]);
        Assert.StartsWith($"    at exports.handler ({host.Folder.FullName}/index.js:2:", (string?)answer.Error["trace"]![1]);

        var columns = Assert.Single(answer.Logs).Split('\t');
        Assert.Equal([RuntimeHost.RequestId, "ERROR", "Invoke Error "], columns[1..4]);
        var logged = JsonNode.Parse(columns[4])!;
        Assert.Equal("E_BOOM", (string?)logged["code"]);
        Assert.Equal("why", (string?)logged["cause"]!["errorMessage"]);
        Assert.Equal("Error: boom", (string?)logged["stack"]![0]);
    }

    [Theory, Python]
    public async Task A_Python_error_has_the_function_s_own_frames(Language language)
    {
        await using var host = await RuntimeHost.Load(language, "def inner():\n    return {}['key']\n\ndef handler(event, context):\n    return inner()\n");
        var file = $"{host.Folder.FullName}/index.py";

        var answer = await host.Invoke();

        var expected = new JsonObject
        {
            ["errorMessage"] = "'key'",
            ["errorType"] = "KeyError",
            ["requestId"] = RuntimeHost.RequestId,
            ["stackTrace"] = new JsonArray(
                $"  File \"{file}\", line 5, in handler\n    return inner()\n", $"  File \"{file}\", line 2, in inner\n    return {{}}['key']\n"),
        };
        Assert.Equal(expected.ToJsonString(), answer.Error.ToJsonString());
        Assert.Equal(
            $"[ERROR] KeyError: 'key'\nTraceback (most recent call last):\n  File \"{file}\", line 5, in handler\n    return inner()\n" +
            $"  File \"{file}\", line 2, in inner\n    return {{}}['key']",
            Assert.Single(answer.Logs));
    }

    [Theory, Python]
    public async Task Decimals_and_any_text_can_be_answered(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language, "from decimal import Decimal\ndef handler(event, context): return [Decimal('1.5'), 'é€😀', '\\ud800' if event else '']");

        Assert.Equal("""[1.5, "é€😀", ""]""", (await host.Invoke()).Response);
        Assert.Equal("""[1.5, "\u00e9\u20ac\ud83d\ude00", "\ud800"]""", (await host.Invoke("[1]")).Response);
    }

    [Theory, Python]
    public async Task Bytes_and_what_has_fields_can_be_part_of_an_answer(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language, "class Own:\n  def _asdict(self): return {'a': 1}\ndef handler(event, context): return [b'x', Own()]");
        Assert.Equal("""["x", {"a": 1}]""", (await host.Invoke()).Response);
    }

    [Theory, Python]
    public async Task A_process_that_multiprocessing_spawns_runs_its_target(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            import multiprocessing, sys
            sys.path.insert(0, ".")
            def target(queue): queue.put("done")
            def handler(event, context):
                spawn = multiprocessing.get_context("spawn")
                queue = spawn.SimpleQueue()
                process = spawn.Process(target=target, args=(queue,))
                process.start()
                process.join()
                return [process.exitcode, None if queue.empty() else queue.get()]
            """);
        Assert.Equal("""[0, "done"]""", (await host.Invoke()).Response);
    }

    [Theory, Python]
    public async Task Decimals_keep_their_digits_and_bytes_go_as_they_are(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            from decimal import Decimal
            def handler(event, context):
              if event: return b'\x01<'
              return {'n': [Decimal('5'), Decimal('0.10'), Decimal('12345678901234567890.123456789'), Decimal('NaN')], 't': context.tenant_id}
            """);

        Assert.Equal("""{"n": [5, 0.10, 12345678901234567890.123456789, NaN], "t": null}""", (await host.Invoke()).Response);
        Assert.Equal("\u0001<", (await host.Invoke("[1]")).Response);
    }
}
