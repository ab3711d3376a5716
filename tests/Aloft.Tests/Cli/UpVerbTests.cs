using System.Net.Sockets;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Standby;
using Aloft.Sandbox;
using Aloft.Storage;
using Aloft.Wire.SigV4;
using Microsoft.AspNetCore.Connections;

namespace Aloft.Tests.Cli;

public sealed class UpVerbTests : IDisposable
{
    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public async Task Options_become_settings()
    {
        var settings = await SettingsOf(
            "up", "--port", "0", "--host", "0.0.0.0", "--data", "d", "--db", "postgres://u:p@h/db", "--isolation", "gvisor", "--strict-runtimes",
            "--auth", "on", "--history-days", "3", "--history-megabytes", "4096", "--json");
        Assert.Equal(
            new NodeSettings
            {
                Port = 0, Host = "0.0.0.0", DataFolder = Path.Combine(command.Folder, "d"), Postgres = new Uri("postgres://u:p@h/db"),
                Isolation = RequestedIsolation.Gvisor, StrictRuntimes = true, Auth = true, JsonLogs = true,
                History = new(TimeSpan.FromDays(3), 4096L * 1024 * 1024),
            },
            settings);
    }

    [Theory]
    [InlineData("--history-days", "-1")]
    [InlineData("--history-days", "100000")]
    [InlineData("--history-megabytes", "-1")]
    [InlineData("--history-megabytes", "much")]
    public async Task History_out_of_bounds_is_refused(string option, string value)
    {
        var run = await command.Run("up", option, value);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_can_be_switched_off()
    {
        Assert.False((await SettingsOf("up", "--history-days", "0")).History.IsOn);
        Assert.False((await SettingsOf("up", "--history-megabytes", "0")).History.IsOn);
        Assert.Equal(HistorySettings.Default, (await SettingsOf("up")).History);
    }

    [Fact]
    public async Task Defaults_are_those_of_the_documentation() =>
        Assert.Equal(new NodeSettings { Port = 4566, Host = "127.0.0.1", DataFolder = Path.Combine(command.Folder, ".aloft") }, await SettingsOf("up"));

    [Fact]
    public async Task Root_key_is_the_operators()
    {
        command.Environment["ALOFT_ACCESS_KEY_ID"] = "111122223333";
        command.Environment["ALOFT_SECRET_ACCESS_KEY"] = "a secret";
        Assert.Equal(new Credentials("111122223333", "a secret"), (await SettingsOf("up")).Root);
    }

    [Theory]
    [InlineData("111122223333", "", "set both, or neither")]
    [InlineData("", "a secret", "set both, or neither")]
    [InlineData("1111/22223333", "a secret", "no slash")]
    public async Task Root_key_that_could_not_work_is_refused(string id, string secret, string says)
    {
        if (id.Length > 0)
            command.Environment["ALOFT_ACCESS_KEY_ID"] = id;
        if (secret.Length > 0)
            command.Environment["ALOFT_SECRET_ACCESS_KEY"] = secret;
        var run = await command.Run("up");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Banner_quotes_a_secret_that_a_shell_would_change()
    {
        command.StartNode = async (_, _, _) =>
        {
            await command.Interrupt();
            var node = Running(Isolation.Container, () => { });
            return node with { Facts = node.Facts with { Root = new("key", "it's $HOME") } };
        };
        Assert.Contains(@"export AWS_SECRET_ACCESS_KEY='it'\''s $HOME'" + "\n", (await command.Run("up")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Banner_tells_what_a_person_needs_and_drains_at_the_signal()
    {
        var drained = false;
        command.StartNode = async (_, _, _) =>
        {
            await command.Interrupt();
            return Running(Isolation.Container, () => drained = true);
        };
        var run = await command.Run("up");
        Assert.Equal((0, true), (run.ExitCode, drained));
        foreach (var part in (string[])["http://127.0.0.1:4567", "container: crun, because", "node 20.20.2", "/data", "SQLite", "export AWS_ENDPOINT_URL=http://127.0.0.1:4567\n"])
            Assert.Contains(part, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_isolation_is_said_loudly()
    {
        command.StartNode = async (_, _, _) =>
        {
            await command.Interrupt();
            return Running(Isolation.Process, () => { });
        };
        Assert.Contains("WARNING", (await command.Run("up")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_tells_the_endpoint_in_a_ready_event_and_nothing_else_on_standard_output()
    {
        command.StartNode = async (_, _, _) =>
        {
            await command.Interrupt();
            return Running(Isolation.Container, () => { });
        };
        var run = await command.Run("up", "--json");
        var ready = JsonNode.Parse(Assert.Single(run.Output.TrimEnd().Split('\n')))!;
        Assert.Equal(("ready", "http://127.0.0.1:4567"), ((string?)ready["event"], (string?)ready["endpoint"]));
    }

    [Fact]
    public async Task End_of_standard_input_stops_a_child()
    {
        command.StartNode = (_, _, _) => Task.FromResult(Running(Isolation.Container, () => { }));
        Assert.Equal(0, (await command.Run("up", "--json", "--stop-with-stdin")).ExitCode);
    }

    public static TheoryData<Exception, string> StartFailures => new()
    {
        { new IOException("bind", new AddressInUseException("used")), "port 4566 on 127.0.0.1 is in use" },
        { new SocketException((int)SocketError.AccessDenied), "needs privileges" },
        { new StorageException(StorageFailure.InUse, "/data is in use by another node"), "/data is in use by another node" },
        { new SandboxException("no container runtime works here"), "no container runtime works here" },
    };

    [Theory]
    [MemberData(nameof(StartFailures), DisableDiscoveryEnumeration = true)]
    public async Task Start_that_fails_ends_with_5_and_one_line(Exception fault, string says)
    {
        command.StartNode = (_, _, _) => throw fault;
        var run = await command.Run("up");
        Assert.Equal(ExitCode.NotStarted, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defect_ends_with_70_without_a_stack_trace_unless_asked_for()
    {
        command.StartNode = (_, _, _) => throw new InvalidOperationException("bug");
        var run = await command.Run("up");
        Assert.Equal(ExitCode.Bug, run.ExitCode);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);

        command.Environment["ALOFT_DEBUG"] = "1";
        Assert.Contains("   at ", (await command.Run("up")).Error, StringComparison.Ordinal);
    }

    async Task<NodeSettings> SettingsOf(params string[] arguments)
    {
        NodeSettings? seen = null;
        command.StartNode = (settings, _, _) =>
        {
            seen = settings;
            throw new SandboxException("enough");
        };
        await command.Run(arguments);
        return seen!;
    }

    static RunningNode Running(Isolation isolation, Action drained) => new(
        new NodeFacts(
            new Uri("http://127.0.0.1:4567"), isolation, "crun, because it passed", [new(Language.Node, new Version(20, 20, 2), "/usr/bin/node")], "/data", "SQLite"),
        _ =>
        {
            drained();
            return Task.CompletedTask;
        });
}
