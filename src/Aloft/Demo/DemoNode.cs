using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Verbs;

namespace Aloft.Demo;

/// <summary>
/// <c>aloft up</c> as a child process on a free port, with a data folder that goes with it. It stops by the end of its standard
/// input, so that it cannot outlive this process, whatever happens to it.
/// </summary>
internal sealed class DemoNode : IAsyncDisposable
{
    const int KeptLines = 50;

    readonly Process process;
    readonly string data;
    readonly TimeProvider clock;
    readonly TaskCompletionSource<JsonObject> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Queue<string> lastErrors = new();
    bool started;

    DemoNode(Process process, string data, TimeProvider clock)
    {
        (this.process, this.data, this.clock) = (process, data, clock);
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.ErrorDataReceived += (_, line) => KeepError(line.Data);
    }

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>What its ready line says.</summary>
    public JsonObject Facts { get; private set; } = null!;

    public static async Task<DemoNode> Start(TimeProvider clock, CancellationToken stop)
    {
        var data = Directory.CreateTempSubdirectory("aloft-demo-").FullName;
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [typeof(DemoNode).Assembly.Location, "up", "--port", "0", "--json", "--data", data, UpVerb.StopWithStdin])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var node = new DemoNode(new Process { StartInfo = start }, data, clock);
        try
        {
            await node.UntilReady(stop);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (started)
            await End();
        process.Dispose();
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
    }

    async Task UntilReady(CancellationToken stop)
    {
        started = process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExitAsync(stop);
        var first = await Task.WhenAny(ready.Task, ended).WaitAsync(ProgramLimits.DemoNodeReady, clock, stop);
        if (first == ended)
        {
            await ended;
            throw new CommandFailed(ExitCode.NotStarted, $"the demo's node did not start: {LastError()}");
        }
        Facts = await ready.Task;
        Endpoint = new Uri((string)Facts["endpoint"]!);
    }

    async Task End()
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(ProgramLimits.DemoNodeStop, clock);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    void Heard(string? line)
    {
        if (line is null || ready.Task.IsCompleted)
            return;
        try
        {
            if (JsonNode.Parse(line) is JsonObject logged && (string?)logged["event"] == "ready")
                ready.SetResult(logged);
        }
        catch (JsonException)
        {
            KeepError(line); // a crash's own words
        }
    }

    void KeepError(string? line)
    {
        if (line is not { Length: > 0 })
            return;
        lock (lastErrors)
        {
            lastErrors.Enqueue(line);
            if (lastErrors.Count > KeptLines)
                lastErrors.Dequeue();
        }
    }

    string LastError()
    {
        lock (lastErrors)
            return lastErrors.LastOrDefault()?.Replace("aloft: ", "", StringComparison.Ordinal) ?? $"it ended with exit code {process.ExitCode}.";
    }
}
