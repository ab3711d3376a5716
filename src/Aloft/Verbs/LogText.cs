using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary>A function's log lines, with those of the platform standing back.</summary>
internal static class LogText
{
    static readonly string[] Platform = ["INIT_START ", "START RequestId:", "END RequestId:", "REPORT RequestId:"];

    public static string Styled(Screen screen, string line) =>
        Platform.Any(prefix => line.StartsWith(prefix, StringComparison.Ordinal)) ? screen.Dim(line) : line;
}
