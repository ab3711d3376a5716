using System.Text;

namespace Aloft.Packaging;

/// <summary>A command line as a function: one process an invocation, the event on its standard input, the answer on its standard output.</summary>
internal static class CommandPackage
{
    const string Bootstrap = "bootstrap";

    /// <summary>The package's files: the shell script that speaks the Runtime API, and the command as a script of its own.</summary>
    public static IReadOnlyList<PackageFile> Files(string command) =>
    [
        new(Bootstrap, "", IsExecutable: true) { Content = Script() },
        new("command", "", IsExecutable: false) { Content = Encoding.UTF8.GetBytes(command + "\n") },
    ];

    static byte[] Script()
    {
        using var resource = typeof(CommandPackage).Assembly.GetManifestResourceStream("Packaging/Command/bootstrap")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
