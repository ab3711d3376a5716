using Aloft.Platform.Functions.Extensions;
using Aloft.Platform.Functions.Extensions.Telemetry;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Tests.Functions.Invoke;

namespace Aloft.Tests.Functions.Extensions;

public sealed class ExtensionSetTests
{
    internal static readonly FunctionVersion Function = new()
    {
        Key = new("000000000000", "us-east-1", "f"),
        Version = FunctionVersion.Latest,
        RevisionId = "r",
        Runtime = "nodejs20.x",
        Handler = "index.handler",
        Role = "arn:aws:iam::000000000000:role/r",
        CodeDigest = new string('0', 64),
        CodeSize = 1,
        LogGroup = "/aws/lambda/f",
        LastModified = DateTimeOffset.UnixEpoch,
    };

    static Invocation Invocation() => new(Guid.NewGuid(), Function, default) { InvokedArn = Function.Key.Text };

    static ExtensionSet Set()
    {
        var log = new SystemLog(new RecordedLogs().Open("", "", "", ""), Function, TimeProvider.System);
        return new(new TelemetryHub(Function, "nodejs", log, sandbox: null!, TimeProvider.System), log, TimeProvider.System);
    }

    static Extension Register(ExtensionSet set, string name, LifecycleEvents events = LifecycleEvents.Invoke)
    {
        Assert.Null(set.Register(name, events, out var extension));
        return extension!;
    }

    [Fact]
    public async Task Two_requests_at_once_for_the_next_event_are_one_extension_at_work()
    {
        await using var set = Set();
        var extension = Register(set, "twice");
        var polls = new[] { set.Next(extension, default).AsTask(), set.Next(extension, default).AsTask() };
        set.Invoke(Invocation(), DateTimeOffset.UnixEpoch);
        await await Task.WhenAny(polls);
        for (var i = 0; i < 50; i++)
            await Task.Yield(); // the other request has looked again by now, and waits on
        _ = Assert.Single(polls, static poll => poll.IsCompleted);
        Assert.False(set.IsDone());
        _ = set.Next(extension, default).AsTask();
        Assert.True(set.IsDone());
    }

    [Fact]
    public async Task An_invocation_is_over_when_the_last_one_told_of_it_asks_for_the_next()
    {
        await using var set = Set();
        var (one, two, deaf) = (Register(set, "one"), Register(set, "two"), Register(set, "deaf", LifecycleEvents.None));
        var over = 0;
        set.WhenDone(() => over++);
        Assert.Equal(1, over); // nobody is at work

        set.Invoke(Invocation(), DateTimeOffset.UnixEpoch);
        set.WhenDone(() => over++);
        foreach (var extension in (Extension[])[one, two])
            Assert.NotNull((await set.Next(extension, default)).Event); // it had not asked yet: the event waited for it
        _ = set.Next(deaf, default).AsTask();
        _ = set.Next(one, default).AsTask();
        Assert.Equal(1, over);
        _ = set.Next(two, default).AsTask();
        Assert.Equal(2, over);
    }

    [Fact]
    public async Task An_event_that_could_not_be_handed_over_comes_with_the_next_request()
    {
        await using var set = Set();
        var extension = Register(set, "one");
        set.Invoke(Invocation(), DateTimeOffset.UnixEpoch);
        var (told, _) = await set.Next(extension, default);
        set.Return(extension, told!);
        Assert.Same(told, (await set.Next(extension, default)).Event);
        Assert.False(set.IsDone());
    }

    [Fact]
    public async Task A_request_whose_client_has_gone_leaves_the_event_to_the_next()
    {
        await using var set = Set();
        var extension = Register(set, "one");
        using var gone = new CancellationTokenSource();
        var poll = set.Next(extension, gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        set.Invoke(Invocation(), DateTimeOffset.UnixEpoch);
        Assert.NotNull((await set.Next(extension, default)).Event);
    }
}
