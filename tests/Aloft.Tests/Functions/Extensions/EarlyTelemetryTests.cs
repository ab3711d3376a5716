using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Extensions.Telemetry;
using Aloft.Platform.Functions.Invoke;
using Aloft.Sandbox;
using Aloft.Tests.Functions.Invoke;

namespace Aloft.Tests.Functions.Extensions;

/// <summary>What a function says before anybody has subscribed, however much that is.</summary>
public sealed class EarlyTelemetryTests
{
    [Fact]
    public void Extensions_are_told_of_a_long_line_in_pieces_and_of_every_character()
    {
        var pieces = new List<string>();
        var output = new InstanceOutput(TimeProvider.System) { Tap = (_, line) => pieces.Add(Encoding.UTF8.GetString(line)) };
        var line = string.Concat(Enumerable.Repeat("a\u20ac\U0001F600", 100_000)); // the cuts fall into the last character
        output.Line(DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes($"-{line}"));
        output.Line(DateTimeOffset.UnixEpoch, default);
        Assert.Equal(5, pieces.Count);
        Assert.All(pieces, static piece => Assert.True(Encoding.UTF8.GetByteCount(piece) <= 256 * 1024));
        Assert.Equal($"-{line}", string.Concat(pieces));
    }

    [Fact]
    public async Task What_is_kept_for_a_late_subscriber_is_bounded_in_bytes_and_the_rest_is_told_as_dropped()
    {
        using var subscriber = new TcpListener(IPAddress.Loopback, 0);
        subscriber.Start();
        var spec = new SandboxSpec("fake", ["fake"], new Dictionary<string, string>(), "/nowhere", new(1, 1, 1, 1, 1));
        await using var sandbox = await FakeSandbox.Boot(
            spec, new InstanceOutput(TimeProvider.System), new FakeDriver(static (_, _, _) => Task.CompletedTask));
        var log = new SystemLog(new RecordedLogs().Open("", "", "", ""), ExtensionSetTests.Function, TimeProvider.System);
        await using var hub = new TelemetryHub(ExtensionSetTests.Function, "nodejs", log, sandbox, TimeProvider.System);
        for (var i = 0; i < 8; i++)
            hub.Line(RecordTypes.Function, DateTimeOffset.UnixEpoch, new byte[200 * 1024].Select(static _ => (byte)'x').ToArray());
        hub.Line(RecordTypes.Extension, DateTimeOffset.UnixEpoch, new byte[200 * 1024].Select(static _ => (byte)'x').ToArray());

        var port = ((IPEndPoint)subscriber.LocalEndpoint).Port;
        Assert.Null(hub.Subscribe("one", new(
            IsLogsApi: false, "2022-12-13", RecordTypes.Function, new(1000, 1024 * 1024, TimeSpan.FromMilliseconds(25)), new(IsHttp: false, port, "", ""))));
        using var told = new StreamReader((await subscriber.AcceptTcpClientAsync()).GetStream());
        var dropped = JsonDocument.Parse((await told.ReadLineAsync())!).RootElement;
        Assert.Equal("platform.logsDropped", dropped.GetProperty("type").GetString());
        Assert.Equal(3, dropped.GetProperty("record").GetProperty("droppedRecords").GetInt32());
        for (var i = 0; i < 5; i++)
            Assert.Equal("function", JsonDocument.Parse((await told.ReadLineAsync())!).RootElement.GetProperty("type").GetString());
    }
}
