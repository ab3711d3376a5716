using System.Net.Sockets;

namespace Aloft.Sandbox;

/// <summary>What is around a sandbox's processes and differs between the technologies: the files they see and their network.</summary>
internal interface ISurroundings
{
    /// <inheritdoc cref="ISandbox.ShowCode"/>
    void ShowCode(CodeFolders code);

    /// <summary>Changes the size of the sandbox's /tmp, where that can be.</summary>
    void ResizeTmp(long bytes);

    /// <inheritdoc cref="ISandbox.Listen"/>
    Socket Listen(int port);

    /// <summary>A TCP socket, not connected yet, that reaches the sandbox's loopback from whichever thread connects it.</summary>
    Socket NewSocket();

    /// <inheritdoc cref="ISandbox.PathOf"/>
    string PathOf(string contractPath);

    /// <summary>Takes away every file and mount that was made for this sandbox. Its processes have ended.</summary>
    void Remove();
}
