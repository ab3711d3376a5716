namespace Aloft.Tests.EndToEnd;

/// <summary>Where the files of this repository are, found from the test assembly upwards.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Aloft.slnx")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"No Aloft.slnx above {AppContext.BaseDirectory}.");
    }
}
