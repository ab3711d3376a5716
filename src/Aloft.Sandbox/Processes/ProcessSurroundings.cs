using System.Net;
using System.Net.Sockets;

namespace Aloft.Sandbox.Processes;

/// <summary>The host as it is: a process sees code and runtime where they are, and has a folder of its own for /tmp.</summary>
internal sealed class ProcessSurroundings(string folder, string runtimeFolder, CodeFolders? known) : ISurroundings
{
    private CodeFolders? code = known;

    private string[] libraries = [];

    internal string TmpFolder => $"{folder}/tmp";

    internal void Make()
    {
        Directory.CreateDirectory(TmpFolder);
        if (code is not null) LinkLibraries();
    }

    /// <summary>
    /// The dynamic loader's search path, for code that comes later: it remembers for good of which folders there are none, so there are
    /// empty ones, which become links when the code is known.
    /// </summary>
    internal string LibraryPath(string contractPath)
    {
        libraries = contractPath.Split(':');
        for (var i = 0; i < libraries.Length; i++) Directory.CreateDirectory(LibraryFolder(i));
        return string.Join(':', Enumerable.Range(0, libraries.Length).Select(LibraryFolder));
    }

    public void ShowCode(CodeFolders code)
    {
        this.code = code;
        LinkLibraries();
    }

    private void LinkLibraries()
    {
        for (var i = 0; i < libraries.Length; i++)
        {
            var target = PathOf(libraries[i]);
            if (!Directory.Exists(target)) continue;
            Directory.Delete(LibraryFolder(i));
            Directory.CreateSymbolicLink(LibraryFolder(i), target);
        }
    }

    private string LibraryFolder(int i) => $"{folder}/libraries/{i}";

    public void ResizeTmp(long bytes)
    {
        // A plain folder has no size of its own.
    }

    public Socket Listen(int port) => LoopbackSocket.ListeningAt(0);

    public Socket NewSocket() => LoopbackSocket.New();

    public string PathOf(string contractPath) =>
        Below(contractPath, "/var/runtime", runtimeFolder)
        ?? Below(contractPath, "/tmp", TmpFolder)
        ?? Below(contractPath, "/var/task", code?.Task)
        ?? Below(contractPath, "/opt", code?.Opt ?? $"{folder}/opt")
        ?? contractPath;

    public void Remove()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static string? Below(string path, string contract, string? host) =>
        path == contract ? host : path.StartsWith($"{contract}/", StringComparison.Ordinal) ? host + path[contract.Length..] : null;
}
