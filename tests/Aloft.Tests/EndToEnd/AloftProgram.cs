using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Aloft.Tests.EndToEnd;

/// <summary>
/// The real program, <c>aloft up</c>, as a child process on a free port. Disposal stops it as a person would, by SIGTERM, checks that
/// it ended well, and removes its data folder if this object made it.
/// </summary>
internal sealed partial class AloftProgram : IAsyncDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    readonly Process process;
    readonly TemporaryFolder? ownData;
    readonly List<string> lines = [];
    readonly Channel<string> news = Channel.CreateUnbounded<string>();

    AloftProgram(ProcessStartInfo start, string data, TemporaryFolder? ownData)
    {
        Data = data;
        this.ownData = ownData;
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => Heard(line.Data);
    }

    public Uri Endpoint { get; private set; } = new("http://127.0.0.1");

    public string Data { get; }

    public int ProcessId => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>From the start of the process to its "ready" line.</summary>
    public TimeSpan StartTime { get; private set; }

    public string Output
    {
        get
        {
            lock (lines)
                return string.Join('\n', lines);
        }
    }

    /// <summary>Returns when the program says that it is ready.</summary>
    /// <param name="data">A data folder that outlives the program; by default a throw-away one.</param>
    /// <param name="arguments">Added to <c>up --json --data …</c>.</param>
    /// <param name="wrapper">A command that runs the program, such as <c>setpriv</c> with its arguments.</param>
    public static async Task<AloftProgram> Start(
        string? data = null, IEnumerable<string>? arguments = null, IEnumerable<string>? wrapper = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var program = Launch(data, arguments, wrapper, environment);
        try
        {
            await program.UntilReady();
            return program;
        }
        catch
        {
            program.Kill();
            throw;
        }
    }

    /// <summary>Starts it and does not wait: for a start that is meant to fail.</summary>
    public static AloftProgram Launch(
        string? data = null, IEnumerable<string>? arguments = null, IEnumerable<string>? wrapper = null,
        IReadOnlyDictionary<string, string>? environment = null, int? port = null)
    {
        var ownData = data is null ? new TemporaryFolder() : null;
        data ??= ownData!.Path;
        string[] options = ["--port", $"{port ?? 0}", "--json", "--stop-with-stdin", "--data", data, .. arguments ?? []];
        string[] command = [.. wrapper ?? [], "dotnet", ProgramFile, "up", .. options];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            // It stops when its input ends: a test run that is killed leaves no node behind.
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["ALOFT_DEBUG"] = "1"; // what happens once in a thousand starts should tell where
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var program = new AloftProgram(start, data, ownData);
        program.process.Start();
        program.process.BeginOutputReadLine();
        program.process.BeginErrorReadLine();
        return program;
    }

    /// <summary>The built program: beside the test assembly, or where ALOFT_DLL says.</summary>
    public static string ProgramFile => Environment.GetEnvironmentVariable("ALOFT_DLL") ?? Path.Combine(AppContext.BaseDirectory, "aloft.dll");

    public LambdaWire Lambda(string? account = null) => new(Endpoint, account ?? Accounts.Next());

    /// <summary>SIGKILL: nothing of the program gets to tidy up.</summary>
    public void Kill()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
    }

    public async Task Signal(string signal) =>
        (await Command.Run("kill", [$"-{signal}", ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)])).MustSucceed();

    public async Task<int> ExitCode(TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new TimeoutException($"The program did not end in time. It printed:\n{Output}");
        }
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await Signal("TERM");
            var code = await ExitCode();
            Assert.True(code == 0, $"The program ended with {code} after SIGTERM. It printed:\n{Output}");
        }
        process.Dispose();
        ownData?.Dispose();
    }

    async Task UntilReady()
    {
        var clock = Stopwatch.StartNew();
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            await foreach (var line in news.Reader.ReadAllAsync(limit.Token))
            {
                if (!line.Contains("ready", StringComparison.OrdinalIgnoreCase) || Address().Match(line) is not { Success: true } address)
                    continue;
                Endpoint = new Uri(address.Value);
                StartTime = clock.Elapsed;
                return;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The program was not ready in time. It printed:\n{Output}");
        }
        throw new InvalidOperationException($"The program ended before it was ready. It printed:\n{Output}");
    }

    void Heard(string? line)
    {
        if (line is null)
        {
            if (process.HasExited)
                news.Writer.TryComplete();
            return;
        }
        lock (lines)
            lines.Add(line);
        news.Writer.TryWrite(line);
    }

    [GeneratedRegex(@"http://[\w.\-]+:\d+")]
    private static partial Regex Address();
}
