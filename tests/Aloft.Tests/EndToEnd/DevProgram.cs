using System.Diagnostics;
using System.Text.Json;

namespace Aloft.Tests.EndToEnd;

/// <summary>A running <c>aloft dev</c>, with its source in a folder of its own. Disposal interrupts it and checks that it ended well.</summary>
internal sealed class DevProgram : IAsyncDisposable
{
    readonly TemporaryFolder folder = new();
    readonly List<JsonElement> said = [];
    readonly List<string> notes = [];
    readonly Process process;

    DevProgram(Uri endpoint, string account, (string Path, string Text)[] files, string source, string[] arguments, string secret)
    {
        foreach (var (path, text) in files)
            Write(path, text);
        var start = new ProcessStartInfo("dotnet", [AloftProgram.ProgramFile, "dev", Path.Combine(folder.Path, source), "--output", "json", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["AWS_ENDPOINT_URL"] = endpoint.ToString();
        start.Environment["AWS_ACCESS_KEY_ID"] = account;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = secret;
        start.Environment["AWS_REGION"] = "us-east-1";
        start.Environment.Remove("AWS_SESSION_TOKEN");
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
                notes.Add(line.Data ?? "");
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything that it printed, for messages.</summary>
    public string Output
    {
        get
        {
            lock (said)
                return string.Join('\n', said.Select(one => one.GetRawText()).Concat(notes));
        }
    }

    /// <summary>Starts it and waits until it watches the source.</summary>
    public static async Task<DevProgram> Start(
        Uri endpoint, string account, (string Path, string Text)[] files, string source, string[] arguments, string secret = "any")
    {
        var program = new DevProgram(endpoint, account, files, source, arguments, secret);
        await program.Says(one => Note(one).StartsWith("watching", StringComparison.Ordinal));
        return program;
    }

    public void Write(string path, string text)
    {
        var full = Path.Combine(folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>Saves as an editor does that writes another file and renames it; returns what the program says of it.</summary>
    public async Task<JsonElement> Save(string path, string text)
    {
        int before;
        lock (said)
            before = said.Count;
        var full = Path.Combine(folder.Path, path);
        await File.WriteAllTextAsync($"{full}~", text);
        File.Move($"{full}~", full, overwrite: true);
        return await Says(one => Event(one) is "live" or "failed" or "deployed", before);
    }

    /// <summary>The first thing it says, after so many others, that is this.</summary>
    public async Task<JsonElement> Says(Func<JsonElement, bool> what, int after = 0)
    {
        JsonElement found = default;
        await Eventually.True(
            () =>
            {
                lock (said)
                {
                    found = said.Skip(after).FirstOrDefault(what);
                    return found.ValueKind == JsonValueKind.Object || (process.HasExited ? throw new InvalidOperationException(Output) : false);
                }
            },
            "aloft dev says something");
        return found;
    }

    public static string Event(JsonElement one) => one.TryGetProperty("event", out var name) ? name.GetString()! : "";

    public static string Note(JsonElement one) => Event(one) == "note" ? one.GetProperty("text").GetString()! : "";

    void Hear(string? line)
    {
        if (line is not { Length: > 0 })
            return;
        lock (said)
            said.Add(JsonSerializer.Deserialize<JsonElement>(line));
    }

    /// <summary>As Ctrl-C does.</summary>
    public async Task<int> Interrupt()
    {
        if (!process.HasExited)
            await Command.Run("kill", ["-TERM", $"{process.Id}"]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        var code = await Interrupt();
        folder.Dispose();
        Assert.True(code == 0, $"aloft dev ended with {code}:\n{Output}");
        process.Dispose();
    }
}
