using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Aloft.Tests.Storage;

/// <summary>
/// A private PostgreSQL for one run of the tests: own cluster, free loopback port, durable as in production. A shell between it and the
/// tests stops it and removes its folder as soon as the test process ends, however it ends: it waits for the end of its input.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    private const string User = "aloft";
    private const string Password = "s3cret:/@ word";

    // $1 folder, $2 folder of PostgreSQL's programs, $3 port. Sorts like people where it can (ICU), as most real databases do.
    private const string Script = """
        set -eu
        trap '' INT TERM HUP
        trap 'rm -rf "$1"' EXIT
        umask 077
        mkdir "$1"
        printf '%s' "$PASSWORD" > "$1/password"
        init() {
          "$2/initdb" --pgdata="$1/data" --username=aloft --pwfile="$1/password" --auth=scram-sha-256 \
            --encoding=UTF8 --locale=C.UTF-8 --no-sync $3 > "$1/initdb.log" 2>&1
        }
        init "$1" "$2" "--locale-provider=icu --icu-locale=en" || init "$1" "$2" "" || { cat "$1/initdb.log"; exit 1; }
        "$2/postgres" -D "$1/data" -p "$3" -k "$1" -c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=32MB 2>&1 &
        server=$!
        cat > /dev/null
        kill -QUIT $server
        wait $server || true
        """;

    private static readonly string? Programs = FindPrograms();
    private static readonly Lazy<Task<PostgresServer>> One = new(Start);

    private readonly Process shell;
    private readonly int port;
    private int databases;

    private PostgresServer(Process shell, int port)
    {
        this.shell = shell;
        this.port = port;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
    }

    /// <summary>Why tests on PostgreSQL cannot run here, or null when they can.</summary>
    public static string? WhyMissing { get; } = Programs is null
        ? "PostgreSQL is not installed: NOT TESTED ON POSTGRESQL (Debian: apt-get install postgresql)"
        : null;

    /// <summary>The run's server, started by whoever asks first.</summary>
    public static Task<PostgresServer> Shared => One.Value;

    /// <summary>Makes an empty database; its URL.</summary>
    public async Task<string> CreateDatabase()
    {
        var name = $"test{Interlocked.Increment(ref databases)}";
        await Administer($"CREATE DATABASE {name}");
        return Url(name);
    }

    /// <summary>Ends every connection to a database, as a restart of the server does.</summary>
    public Task DropConnections(string database) =>
        Administer($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");

    public void Dispose()
    {
        if (shell.HasExited) return;
        shell.StandardInput.Close();
        shell.WaitForExit(TimeSpan.FromSeconds(20));
    }

    private string Url(string database) => $"postgres://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{port}/{database}";

    private async Task Administer(string sql)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Username = User, Password = Password, Database = "postgres",
        };
        await using var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<PostgresServer> Start()
    {
        var port = FreePort();
        var folder = Path.Combine(Path.GetTempPath(), $"aloft-postgres-{Environment.ProcessId}-{port}");
        string[] command = [.. AsOrdinaryUser(), "sh", "-c", Script, "sh", folder, Programs!, $"{port}"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/", Environment = { ["PASSWORD"] = Password },
        };
        var server = new PostgresServer(Process.Start(start)!, port);
        await server.UntilReady();
        return server;
    }

    private async Task UntilReady()
    {
        var said = new List<string>();
        while (await shell.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("FATAL", StringComparison.Ordinal)) break;
            if (!line.Contains("ready to accept connections", StringComparison.Ordinal)) continue;
            // The pipe must be read on, or it fills up and the server waits.
            _ = shell.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return;
        }
        Dispose();
        throw new InvalidOperationException($"PostgreSQL did not start:\n{string.Join('\n', said)}");
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] AsOrdinaryUser()
    {
        if (!Environment.IsPrivilegedProcess) return [];
        var hasOwn = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal));
        var (user, group) = hasOwn ? ("postgres", "postgres") : ("nobody", "nogroup");
        return ["setpriv", $"--reuid={user}", $"--regid={group}", "--clear-groups"];
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string? FindPrograms()
    {
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        var folders = versions.OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'));
        return folders.FirstOrDefault(folder => new[] { "initdb", "postgres" }.All(name => File.Exists(Path.Combine(folder, name))));
    }
}
