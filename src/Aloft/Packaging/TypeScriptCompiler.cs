using System.Security.Cryptography;
using Aloft.Deploying;

namespace Aloft.Packaging;

/// <summary>
/// esbuild, which makes JavaScript of TypeScript and of all that it imports. It comes from npm by a committed lock file, once, into a folder
/// of the user's cache that is named by that file.
/// </summary>
internal sealed class TypeScriptCompiler
{
    static readonly string[] Lock = ["package.json", "package-lock.json"];

    readonly string cache;
    readonly string searchPath;

    /// <param name="cache">The folder that it is installed into.</param>
    /// <param name="searchPath">Where npm is looked for, as PATH has it.</param>
    public TypeScriptCompiler(string cache, string searchPath) => (this.cache, this.searchPath) = (cache, searchPath);

    public static TypeScriptCompiler OfUser { get; } = new(Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } own ? own
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "aloft"),
        Environment.GetEnvironmentVariable("PATH") ?? "");

    /// <summary>The program's path; installs it where it is not there yet, and says so.</summary>
    public async Task<string> Program(TextWriter progress, CancellationToken stop)
    {
        var home = Path.Combine(cache, $"typescript-{Convert.ToHexStringLower(SHA256.HashData(Resource(Lock[1])))[..12]}");
        if (Found(home) is { } there)
            return there;
        if (!HasNpm)
            throw CommandFailed.Usage(
                "TypeScript is translated by esbuild, which npm installs, and there is no npm on this machine: install it (Debian: "
                + "apt-get install npm), or deploy JavaScript that was made elsewhere.");

        await progress.WriteLineAsync($"installing esbuild into {home} (only this once)");
        var attempt = $"{home}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(attempt);
        try
        {
            foreach (var file in Lock)
                await File.WriteAllBytesAsync(Path.Combine(attempt, file), Resource(file), stop);
            await Build.Run("npm ci --ignore-scripts --no-audit --no-fund --loglevel=error", attempt, progress, stop);
            if (!Directory.Exists(home)) // somebody else may have been quicker
                Directory.Move(attempt, home);
        }
        finally
        {
            if (Directory.Exists(attempt))
                Directory.Delete(attempt, recursive: true);
        }
        return Found(home) ?? throw new CommandFailed(ExitCode.Failed, $"npm brought no esbuild for this machine into {home}.");
    }

    /// <summary>The package of the one platform that npm has chosen.</summary>
    static string? Found(string home)
    {
        var platforms = Path.Combine(home, "node_modules", "@esbuild");
        return Directory.Exists(platforms)
            ? Directory.EnumerateDirectories(platforms).Select(platform => Path.Combine(platform, "bin", "esbuild")).FirstOrDefault(File.Exists)
            : null;
    }

    bool HasNpm => searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries).Any(folder => File.Exists(Path.Combine(folder, "npm")));

    static byte[] Resource(string file)
    {
        using var resource = typeof(TypeScriptCompiler).Assembly.GetManifestResourceStream($"Packaging/TypeScript/{file}")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
