using System.Text;
using Aloft.Sandbox;

namespace Aloft.Tests.Cli;

/// <summary>Runs verbs in this process, in a folder and an environment of their own.</summary>
internal sealed class CommandRun : IDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly WatchedText output = new();
    readonly WatchedText error = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("aloft-cli-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public byte[] Input { get; set; } = [];

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public StartNode StartNode { get; set; } = (_, _, _) => throw new SandboxException("no node in this test");

    public Task Interrupt() => stop.CancelAsync();

    /// <summary>Waits until a verb that goes on has written this, to either stream.</summary>
    public Task Told(string text) => Eventually.True(() => output.Has(text) || error.Has(text), $"'{text}' is told");

    public async Task<Finished> Run(params string[] arguments)
    {
        output.Clear();
        error.Clear();
        var exitCode = await CommandLine.Run(
            arguments,
            new Surroundings
            {
                Input = new MemoryStream(Input),
                Output = output,
                Error = error,
                Environment = name => Environment.GetValueOrDefault(name),
                Folder = Folder,
                Clock = Clock,
                Stop = stop.Token,
            },
            StartNode);
        return new(exitCode, output.ToString(), error.ToString());
    }

    public string Write(string path, string text, bool executable = false)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text, new UTF8Encoding(false));
        if (executable)
            Packaging.UnixMode.MakeExecutable(full);
        return full;
    }

    /// <summary>In one step, as editors do that write another file first: it is never seen half written.</summary>
    public void Save(string path, string text) => File.Move(Write($"saved-{Guid.NewGuid():N}", text), Path.Combine(Folder, path), overwrite: true);

    public void Dispose()
    {
        stop.Dispose();
        output.Dispose();
        error.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>What a verb writes, to be read while it goes on writing.</summary>
internal sealed class WatchedText : TextWriter
{
    readonly StringBuilder text = new();
    readonly Lock gate = new();

    public override Encoding Encoding => Encoding.UTF8;

    public bool Has(string part) => ToString().Contains(part, StringComparison.Ordinal);

    public void Clear()
    {
        lock (gate)
            text.Clear();
    }

    public override void Write(char value)
    {
        lock (gate)
            text.Append(value);
    }

    public override void Write(string? value)
    {
        lock (gate)
            text.Append(value);
    }

    public override string ToString()
    {
        lock (gate)
            return text.ToString();
    }
}

internal sealed record Finished(int ExitCode, string Output, string Error);
