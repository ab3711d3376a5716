using System.Text;
using Aloft.Sandbox;

namespace Aloft.Tests.Cli;

/// <summary>Runs verbs in this process, in a folder and an environment of their own.</summary>
internal sealed class CommandRun : IDisposable
{
    readonly CancellationTokenSource stop = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("aloft-cli-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public byte[] Input { get; set; } = [];

    public StartNode StartNode { get; set; } = (_, _, _) => throw new SandboxException("no node in this test");

    public Task Interrupt() => stop.CancelAsync();

    public async Task<Finished> Run(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var exitCode = await CommandLine.Run(
            arguments,
            new Surroundings
            {
                Input = new MemoryStream(Input),
                Output = output,
                Error = error,
                Environment = name => Environment.GetValueOrDefault(name),
                Folder = Folder,
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

    public void Dispose()
    {
        stop.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

internal sealed record Finished(int ExitCode, string Output, string Error);
