using System.CommandLine;
using System.Net.Sockets;
using Aloft.Logging;
using Aloft.Platform.Functions.History;
using Aloft.Sandbox;
using Aloft.Storage;
using Aloft.Terminal;
using Aloft.Wire.SigV4;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Aloft.Verbs;

/// <summary><c>aloft up</c>: runs a node in the foreground.</summary>
internal static class UpVerb
{
    /// <summary>For programs that start a node as their child: it drains and stops when they end, however they end.</summary>
    public const string StopWithStdin = "--stop-with-stdin";

    /// <summary>The data folder, in the current one, unless <c>--data</c> says otherwise.</summary>
    public const string DefaultDataFolder = ".aloft";

    const int MostHistoryDays = 3650;
    const int MostHistoryMegabytes = 1024 * 1024;

    public static Command Command(Surroundings around, StartNode startNode)
    {
        var port = NumberOption.Create("--port", "Port to listen on; 0 picks a free one", "port", NodeSettings.DefaultPort, 0, 65535);
        var host = new Option<string>("--host") { Description = "Address to listen on", DefaultValueFactory = _ => "127.0.0.1" };
        var data = new Option<string>("--data")
        {
            Description = "Folder for all that is to last", HelpName = "dir", DefaultValueFactory = _ => DefaultDataFolder,
        };
        var db = new Option<string>("--db") { Description = "Database", HelpName = "sqlite|postgres://…", DefaultValueFactory = _ => "sqlite" };
        var isolation = new Option<RequestedIsolation>("--isolation")
        {
            Description = "What holds functions apart: an OCI container, gVisor, or nothing but a process",
            HelpName = "auto|container|gvisor|process",
            DefaultValueFactory = _ => RequestedIsolation.Auto,
        };
        var strict = new Option<bool>("--strict-runtimes")
        {
            Description = "Refuse a runtime version that is not installed, instead of running the nearest one",
        };
        var auth = new Option<Switch>("--auth")
        {
            Description = "Demand signatures by the root key: ALOFT_ACCESS_KEY_ID and ALOFT_SECRET_ACCESS_KEY, or one that is made and printed",
            HelpName = "on|off",
            DefaultValueFactory = _ => Switch.Off,
        };
        var days = NumberOption.Create(
            "--history-days", "How long past invocations are remembered for replay and bill; 0 remembers none", "days",
            HistorySettings.DefaultDays, 0, MostHistoryDays);
        var megabytes = NumberOption.Create(
            "--history-megabytes", "What they may take in the database, the oldest make room; 0 remembers none", "MB",
            HistorySettings.DefaultMegabytes, 0, MostHistoryMegabytes);
        var json = new Option<bool>("--json")
        {
            Description = "Log to standard output, a JSON object each line; one with \"event\": \"ready\" tells the endpoint",
        };
        var stdin = new Option<bool>(StopWithStdin) { Hidden = true };
        isolation.AcceptOnlyFromAmong("auto", "container", "gvisor", "process");
        auth.AcceptOnlyFromAmong("on", "off");

        var command = new Command("up", """
            Run a node in the foreground until SIGINT or SIGTERM

            The first signal lets running invocations finish, a second one stops at once. Exit code 0 after an orderly stop, 5 when
            the node could not start: port or data folder in use, database down, isolation not available.
            """)
        { port, host, data, db, isolation, strict, auth, days, megabytes, json, stdin };
        command.SetAction((parsed, stop) =>
        {
            var settings = new NodeSettings
            {
                Port = parsed.GetValue(port),
                Host = parsed.GetRequiredValue(host),
                DataFolder = around.PathOf(parsed.GetRequiredValue(data)),
                Postgres = PostgresFrom(parsed.GetRequiredValue(db)),
                Isolation = parsed.GetValue(isolation),
                StrictRuntimes = parsed.GetValue(strict),
                Auth = parsed.GetValue(auth) == Switch.On,
                Root = RootFrom(around.Environment),
                History = new(TimeSpan.FromDays(parsed.GetValue(days)), parsed.GetValue(megabytes) * 1024L * 1024),
                JsonLogs = parsed.GetValue(json),
            };
            return Run(around, startNode, settings, parsed.GetValue(stdin), stop);
        });
        return command;
    }

    enum Switch { Off, On }

    static async Task<int> Run(Surroundings around, StartNode startNode, NodeSettings settings, bool stopWithStdin, CancellationToken stop)
    {
        using var loggers = LineLoggers.Create(around, settings.JsonLogs);
        var node = await Start(startNode, settings, loggers, stop);
        var banner = new Banner(around);
        if (settings.JsonLogs)
            banner.WriteReady(node.Facts);
        else
            banner.Write(node.Facts);

        await (stopWithStdin ? Task.WhenAny(Interrupted(around, stop), EndOf(around.Input, stop)) : Interrupted(around, stop));
        if (!settings.JsonLogs)
            new Screen(around).Note("stopping: waiting for running invocations; once more stops at once.");
        await node.Drain(around.StopAtOnce);
        return ExitCode.Ok;
    }

    static async Task<RunningNode> Start(StartNode startNode, NodeSettings settings, ILoggerFactory loggers, CancellationToken stop)
    {
        try
        {
            return await startNode(settings, loggers, stop);
        }
        catch (Exception fault) when (Reason(fault, settings) is { } reason)
        {
            throw new CommandFailed(ExitCode.NotStarted, reason, fault);
        }
    }

    /// <summary>What to tell the person; null for a defect of ours.</summary>
    static string? Reason(Exception fault, NodeSettings settings) => fault switch
    {
        StorageException or SandboxException => fault.Message,
        IOException { InnerException: AddressInUseException } or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"port {settings.Port} on {settings.Host} is in use; stop what listens there, or choose another with --port (0 picks a free one).",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"port {settings.Port} needs privileges that this user does not have; choose one above 1023 with --port.",
        SocketException => $"cannot listen on {settings.Host}:{settings.Port}: {fault.Message}.",
        IOException or UnauthorizedAccessException => fault.Message,
        _ => null,
    };

    static Uri? PostgresFrom(string db)
    {
        if (db == "sqlite")
            return null;
        if (Uri.TryCreate(db, UriKind.Absolute, out var url) && url.Scheme is "postgres" or "postgresql")
            return url;
        throw CommandFailed.Usage("--db takes sqlite, or a URL such as postgres://user:password@host/database.");
    }

    /// <summary>Half a key, or one that no signature can name, would be ignored in silence.</summary>
    static Credentials? RootFrom(Func<string, string?> environment) => (environment("ALOFT_ACCESS_KEY_ID"), environment("ALOFT_SECRET_ACCESS_KEY")) switch
    {
        (null, null) => null,
        (null, _) or (_, null) => throw CommandFailed.Usage("ALOFT_ACCESS_KEY_ID and ALOFT_SECRET_ACCESS_KEY are one key: set both, or neither."),
        var (id, _) when id.Any(character => character is '/' or ',' || char.IsWhiteSpace(character)) =>
            throw CommandFailed.Usage("ALOFT_ACCESS_KEY_ID must have no slash, comma or space in it."),
        var (id, secret) => new(id, secret),
    };

    static async Task Interrupted(Surroundings around, CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, around.Clock, stop);
        }
        catch (OperationCanceledException)
        {
            return; // what was waited for
        }
    }

    static async Task EndOf(Stream input, CancellationToken stop)
    {
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer, stop) > 0)
            continue;
    }
}
