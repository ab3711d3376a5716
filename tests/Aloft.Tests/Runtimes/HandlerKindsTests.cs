using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>Every way to write a handler that AWS documents.</summary>
public sealed class HandlerKindsTests
{
    [Theory]
    [Node("index.js", "exports.handler = async (event) => ({ got: event.a });", "index.handler")]
    [Node("index.cjs", "exports.handler = async (event) => ({ got: event.a });", "index.handler")]
    [Node("index.mjs", "export const handler = async (event) => ({ got: event.a });", "index.handler")]
    [Node("index.mjs", "const got = await Promise.resolve('a'); export const handler = async (event) => ({ got: event[got] });", "index.handler")]
    [Node("src/deep/index.js", "exports.api = { get: async (event) => ({ got: event.a }) };", "src/deep/index.api.get")]
    [Node("index.js", "exports.a = { b: { handler: async (event) => ({ got: event.a }) } };", "index.a.b.handler")]
    [Node("index", "exports.handler = async (event) => ({ got: event.a });", "index.handler")]
    [Node("index.js", "exports.handler = (event, context, callback) => callback(null, { got: event.a });", "index.handler")]
    [Node("index.js", "exports.handler = (event, context, callback) => { setTimeout(() => callback(null, { got: event.a }), 5); };", "index.handler")]
    [Node("index.js", "exports.handler = (event, context) => context.succeed({ got: event.a });", "index.handler")]
    [Node("index.js", "exports.handler = (event, context) => context.done(null, { got: event.a });", "index.handler")]
    [Node("index.js", "exports.handler = (event) => ({ then: (resolve) => resolve({ got: event.a }) });", "index.handler")]
    [Python("index.py", "def handler(event, context): return {'got': event['a']}", "index.handler")]
    [Python("package/module.py", "def handler(event, context): return {'got': event['a']}", "package/module.handler")]
    [Python("package/module.py", "def handler(event, context): return {'got': event['a']}", "package.module.handler")]
    [Python("index.py", "class Handler:\n  def __call__(self, event, context): return {'got': event['a']}\nhandler = Handler()", "index.handler")]
    public async Task A_handler_answers(Language language, string file, string code, string handler)
    {
        await using var host = await RuntimeHost.Boot(language, [(file, code)]);
        await host.Load(handler);

        var answer = await host.Invoke("""{"a": 42}""");

        Assert.Equal("""{"got":42}""", answer.Response.Replace(" ", ""));
    }

    [Theory, Node]
    public async Task A_js_file_below_a_package_of_type_module_is_an_ES_module(Language language)
    {
        await using var host = await RuntimeHost.Boot(
            language, [("package.json", """{"type": "module"}"""), ("src/index.js", "export const handler = async () => import.meta.url.slice(0, 5);")]);
        await host.Load("src/index.handler");

        Assert.Equal("\"file:\"", (await host.Invoke()).Response);
    }

    [Theory]
    [Node("exports.handler = async () => {};")]
    [Node("exports.handler = async () => null;")]
    [Node("exports.handler = async () => () => 1;")]
    [Node("exports.handler = () => 42;")] // AWS ignores what a handler returns that is no promise
    [Node("exports.handler = (event, context, callback) => { setTimeout(() => {}, 5); };")]
    [Node("exports.handler = (event, context, callback) => callback();")]
    [Python("def handler(event, context): pass")]
    public async Task No_result_is_null(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        Assert.Equal("null", (await host.Invoke()).Response);
        Assert.Equal("null", (await host.Invoke()).Response);
    }

    [Theory, Node]
    public async Task A_callback_s_result_waits_for_the_event_loop_to_be_empty(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language, "exports.handler = (event, context, callback) => { setTimeout(() => console.log('late'), 20); callback(null, 'done'); };");

        var answer = await host.Invoke();

        Assert.Equal("\"done\"", answer.Response);
        Assert.EndsWith("\tlate", Assert.Single(answer.Logs));
    }

    [Theory, Node]
    public async Task A_callback_s_error_does_not_wait(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language, "exports.handler = (event, context, callback) => { setInterval(() => {}, 1000); callback(new TypeError('wrong')); };");

        Assert.Equal("TypeError", (string?)(await host.Invoke()).Error["errorType"]);
    }

    [Theory]
    [Node("exports.handler = () => Promise.reject();")]
    [Node("exports.handler = (event, context) => context.fail();")]
    public async Task A_failure_without_an_error_is_one_that_was_handled(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        Assert.Equal("""{"errorType":"string","errorMessage":"handled","trace":[]}""", (await host.Invoke()).Error.ToJsonString());
    }

    [Theory, Node]
    public async Task A_stream_takes_objects_as_JSON_and_a_content_type_only_before_them(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              stream.setContentType('a/b');
              stream.write({ a: stream.writableHighWaterMark });
              try {
                stream.setContentType('c/d');
              } catch (error) {
                stream.write(` ${error.name}: ${error.message}`);
              }
              stream.end();
            }, { highWaterMark: 1234 });
            """);

        Assert.Equal("""a/b{"a":1234} Runtime.InvalidStreamingOperation: Cannot set content-type, too late.""", (await Streamed(host)).Before);
    }

    [Theory, Node]
    public async Task A_streaming_handler_must_be_asynchronous(Language language)
    {
        await using var host = await RuntimeHost.Load(language, "exports.handler = awslambda.streamifyResponse((event, stream) => { stream.end('x'); });");

        Assert.Equal("Runtime.MalformedStreamingHandler", (string?)(await Streamed(host)).End.Error["errorType"]);
        Assert.Equal("Runtime.MalformedStreamingHandler", (string?)(await Streamed(host)).End.Error["errorType"]);
    }

    static async Task<(string Before, Answer End)> Streamed(RuntimeHost host)
    {
        var (before, next) = ("", await host.Invoke());
        for (; next.Kind is not (Received.Response or Received.Error); next = await host.NextAnswer())
            before += next.Text;
        return (before, next);
    }

    [Theory, Node]
    public async Task A_callback_s_result_does_not_wait_when_the_function_says_so(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            exports.handler = (event, context, callback) => {
              context.callbackWaitsForEmptyEventLoop = false;
              setInterval(() => {}, 1000);
              callback(null, 'done');
            };
            """);

        Assert.Equal("\"done\"", (await host.Invoke()).Response);
        Assert.Equal("\"done\"", (await host.Invoke()).Response);
    }

    [Theory, Node]
    public async Task Only_the_first_answer_of_an_invocation_counts(Language language)
    {
        await using var host = await RuntimeHost.Load(
            language,
            """
            let earlier;
            exports.handler = (event, context) => {
              earlier?.succeed('of the invocation before');
              earlier = context;
              context.succeed(event.n);
              context.fail(new Error('twice'));
            };
            """);

        Assert.Equal("1", (await host.Invoke("""{"n":1}""")).Response);
        Assert.Equal("2", (await host.Invoke("""{"n":2}""")).Response);
    }

    [Theory, Node]
    public async Task A_promise_that_never_settles_is_an_error_and_not_a_hang(Language language)
    {
        await using var host = await RuntimeHost.Load(language, "exports.handler = () => new Promise(() => {});");

        Assert.Equal("Runtime.NodeJsExit", (string?)(await host.Invoke()).Error["errorType"]);
        Assert.Equal("Runtime.NodeJsExit", (string?)(await host.Invoke()).Error["errorType"]);
    }

    [Theory]
    [Node("const state = { calls: 0 }; exports.handler = async () => ++state.calls;")]
    [Python("state = {'calls': 0}\ndef handler(event, context):\n  state['calls'] += 1\n  return state['calls']")]
    public async Task What_a_module_holds_lives_on_between_invocations(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        Assert.Equal("1", (await host.Invoke()).Response);
        Assert.Equal("2", (await host.Invoke()).Response);
    }
}
