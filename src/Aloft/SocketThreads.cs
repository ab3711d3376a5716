namespace Aloft;

/// <summary>How .NET goes on when a socket is ready. It looks once, when the first socket is made.</summary>
internal static class SocketThreads
{
    const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>On the thread that has waited for it: no hop to the pool.</summary>
    public static void CompleteInline()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
    }
}
