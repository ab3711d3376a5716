using System.Diagnostics;

namespace Aloft.Deploying;

/// <summary>Runs the build command of an aloft.json in the function's folder.</summary>
internal static class Build
{
    /// <param name="output">Gets the command's output as it comes.</param>
    public static async Task Run(string command, string folder, TextWriter output, CancellationToken stop)
    {
        using var process = new Process
        {
            StartInfo = new("/bin/sh", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        var lines = TextWriter.Synchronized(output);
        process.OutputDataReceived += (_, line) => Show(line.Data);
        process.ErrorDataReceived += (_, line) => Show(line.Data);
        void Show(string? line)
        {
            if (line is { Length: > 0 })
                lines.WriteLine($"  {line}");
        }

        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        if (process.ExitCode != 0)
            throw new CommandFailed(ExitCode.Failed, $"the build '{command}' in {folder} failed with exit code {process.ExitCode}.");
    }
}
