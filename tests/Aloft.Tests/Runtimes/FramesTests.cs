using System.Text;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>The channel itself: runtimes/CHANNEL.md.</summary>
public sealed class FramesTests
{
    const string NodeEcho = "exports.handler = async (event) => event;";
    const string PythonEcho = "def handler(event, context): return event";

    [Theory, Node, Python]
    public async Task Ready_tells_the_version(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, []);

        Assert.Matches(@"^v?\d+\.\d+\.\d+", (string?)host.Ready.Json["version"]);
    }

    [Theory]
    [Node(NodeEcho)]
    [Python(PythonEcho)]
    public async Task An_inherited_descriptor_serves_as_a_port_does(Language language, string code)
    {
        await using var host = await RuntimeHost.Boot(language, [(RuntimeHost.FileOf(language), code)], inherited: true);
        await host.Load("index.handler");

        Assert.Equal("""{"a":1}""", (await host.Invoke("""{"a":1}""")).Response.Replace(" ", ""));
    }

    [Theory]
    [Node(NodeEcho)]
    [Python(PythonEcho)]
    public async Task Frames_may_come_byte_by_byte(Language language, string code)
    {
        await using var host = await RuntimeHost.Boot(language, [(RuntimeHost.FileOf(language), code)]);
        host.Stream.Socket.NoDelay = true;

        foreach (var part in host.InitFrame("index.handler"))
            await host.Send([part]);
        Assert.Equal(Received.InitOk, (await host.Next()).Kind);
        foreach (var part in RuntimeHost.InvokeFrame("""["é€😀"]"""))
            await host.Send([part]);

        Assert.Equal("""["é€😀"]""", (await host.NextAnswer()).Response);
    }

    [Theory]
    [Node(NodeEcho)]
    [Python(PythonEcho)]
    public async Task Frames_may_be_split_anywhere(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        byte[] frames = [.. RuntimeHost.InvokeFrame("""{"n":1}"""), .. RuntimeHost.InvokeFrame("""{"n":2}"""), .. RuntimeHost.InvokeFrame("""{"n":3}""")];
        host.Stream.Socket.NoDelay = true;

        for (var split = 1; split < frames.Length; split += 7)
        {
            await host.Send(frames[..split]);
            await host.Send(frames[split..]);
            for (var n = 1; n <= 3; n++)
                Assert.Equal($$"""{"n":{{n}}}""", (await host.NextAnswer()).Response.Replace(" ", ""));
        }
    }

    [Theory]
    [Node("let running = 0; exports.handler = async (event) => { if (running++) throw new Error('two at once'); await new Promise(setImmediate); running--; return event; };")]
    [Python(PythonEcho)]
    public async Task Prefetched_invocations_wait_and_are_answered_in_order(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        await host.Send([.. Enumerable.Range(0, 50).Select(n => RuntimeHost.InvokeFrame(n.ToString(null, null)))]);

        for (var n = 0; n < 50; n++)
            Assert.Equal(n.ToString(null, null), (await host.NextAnswer()).Response);
    }

    [Theory]
    [Node(NodeEcho)]
    [Python(PythonEcho)]
    public async Task An_invocation_may_be_sent_behind_INIT(Language language, string code)
    {
        await using var host = await RuntimeHost.Boot(language, [(RuntimeHost.FileOf(language), code)]);

        await host.Send(host.InitFrame("index.handler"), RuntimeHost.InvokeFrame("1"));

        Assert.Equal(Received.InitOk, (await host.Next()).Kind);
        Assert.Equal("1", (await host.NextAnswer()).Response);
    }

    [Theory]
    [Node(NodeEcho)]
    [Python(PythonEcho)]
    public async Task Six_megabytes_go_in_and_out(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        var text = string.Concat(Enumerable.Repeat("abcdefghé€", 500_000));

        for (var round = 0; round < 2; round++)
            Assert.Equal($"\"{text}\"", (await host.Invoke($"\"{text}\"")).Response);
        Assert.Equal("1", (await host.Invoke("1")).Response);
    }

    [Theory]
    [Node(NodeEcho)]
    [Python(PythonEcho)]
    public async Task Large_prefetched_frames_wait_too(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        var texts = Enumerable.Range(0, 8).Select(n => $"\"{new string((char)('a' + n), 700_000)}\"").ToArray();

        var sending = host.Send([.. texts.Select(text => RuntimeHost.InvokeFrame(text))]);

        foreach (var text in texts)
            Assert.Equal(text, (await host.NextAnswer()).Response);
        await sending;
    }

    [Theory]
    [Node(NodeEcho)]
    [Python(PythonEcho)]
    public async Task No_event_is_an_empty_object_and_no_JSON_an_error(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        Assert.Equal("{}", (await host.Invoke("")).Response);
        Assert.Equal(language == Language.Node ? "SyntaxError" : "Runtime.UnmarshalError", (string?)(await host.Invoke("{")).Error["errorType"]);
    }

    [Theory, Node, Python]
    public async Task The_end_of_the_stream_ends_a_standby(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, []);

        await host.Stream.DisposeAsync();

        Assert.Equal(0, await host.ExitCode());
    }

    [Theory]
    [Node("setInterval(() => {}, 1000); exports.handler = async () => {};")]
    [Python("import threading, time\nthreading.Thread(target=lambda: time.sleep(3600)).start()\ndef handler(event, context): pass")]
    public async Task The_end_of_the_stream_ends_a_function_that_has_work_left(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        await host.Stream.DisposeAsync();

        Assert.Equal(0, await host.ExitCode());
    }

    [Theory, Node, Python]
    public async Task A_frame_past_the_limit_ends_the_runtime(Language language)
    {
        await using var host = await RuntimeHost.Boot(language, []);

        await host.Stream.WriteAsync(Encoding.ASCII.GetBytes("\x7f\x7f\x7f\x7f\x01"));

        Assert.NotEqual(0, await host.ExitCode());
    }

    const string NodeWaits = "exports.handler = (event) => event.wait ? new Promise((done) => setTimeout(() => done(event), 200)) : Promise.resolve(event);";

    [Theory, Node(NodeWaits)]
    public async Task What_was_sent_ahead_is_given_back_while_an_invocation_waits(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        await host.Send([
            .. RuntimeHost.InvokeFrame("""{"wait":1}"""), .. RuntimeHost.InvokeFrame("2"), .. RuntimeHost.InvokeFrame("3"), .. RuntimeHost.FrameOf(Sent.Recall, [])]);

        var givenBack = await host.Next();
        Assert.Equal((Received.GivenBack, 2), (givenBack.Kind, BitConverter.ToInt32(givenBack.Payload)));
        Assert.Equal("""{"wait":1}""", (await host.NextAnswer()).Response);
        Assert.Equal("4", (await host.Invoke("4")).Response);
    }

    [Theory, Node(NodeWaits)]
    public async Task A_recall_that_comes_later_than_its_invocations_gives_back_what_has_not_begun(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        await host.Send([.. RuntimeHost.InvokeFrame("1"), .. RuntimeHost.InvokeFrame("""{"wait":2}"""), .. RuntimeHost.InvokeFrame("3")]);
        Assert.Equal("1", (await host.NextAnswer()).Response);
        await host.Send(RuntimeHost.FrameOf(Sent.Recall, []));

        var givenBack = await host.Next();
        Assert.Equal((Received.GivenBack, 1), (givenBack.Kind, BitConverter.ToInt32(givenBack.Payload)));
        Assert.Equal("""{"wait":2}""", (await host.NextAnswer()).Response);
    }

    [Theory, Node(NodeEcho)]
    public async Task An_idle_runtime_has_nothing_to_give_back(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        await host.Send(RuntimeHost.FrameOf(Sent.Recall, []));
        var givenBack = await host.Next();
        Assert.Equal((Received.GivenBack, 0), (givenBack.Kind, BitConverter.ToInt32(givenBack.Payload)));
    }

    [Theory, Node("exports.handler = (event, context) => new Promise((done) => setTimeout(() => done(context.getRemainingTimeInMillis()), 500));")]
    public async Task The_time_out_of_what_was_sent_ahead_runs_from_its_beginning(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);
        await host.Send([.. RuntimeHost.InvokeFrame("1"), .. RuntimeHost.InvokeFrame("2"), .. RuntimeHost.InvokeFrame("3")]);
        await host.NextAnswer();
        await host.NextAnswer();
        Assert.InRange(int.Parse((await host.NextAnswer()).Response), 2001, 2600); // of 3 s, half a second in: not 1.5 s
    }
}
