using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>The .NET runtime with the functions of tests/functions/dotnet.</summary>
internal static class DotnetHost
{
    public const string Assembly = "SampleFunctions";

    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "functions", $"{Assembly}.dll");

    /// <summary>Of tests/functions/dotnet-program.</summary>
    public static string[] ProgramFiles { get; } =
        [.. ((string[])["ProgramFunction.dll", "ProgramFunction.runtimeconfig.json"]).Select(file => Path.Combine(AppContext.BaseDirectory, "functions", file))];

    public static async Task<RuntimeHost> Boot(bool inherited = false)
    {
        var host = await RuntimeHost.Boot(Language.Dotnet, [], [("OF_THE_HOST", "secret")], inherited);
        System.IO.File.Copy(File, Path.Combine(host.Folder.FullName, $"{Assembly}.dll"));
        return host;
    }

    /// <param name="handler">Type and method: <c>Kinds::Plain</c>.</param>
    public static async Task<RuntimeHost> Load(string handler, bool inherited = false)
    {
        var host = await Boot(inherited);
        await host.Load(Full(handler));
        return host;
    }

    public static string Full(string handler) => $"{Assembly}::{Assembly}.{handler}";
}
