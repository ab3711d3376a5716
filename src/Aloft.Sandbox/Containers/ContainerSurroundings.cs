using System.Net.Sockets;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Containers;

/// <summary>A container's mounts on the stage and its own network namespace.</summary>
internal sealed class ContainerSurroundings(Stage stage, ContainerFolder folder, string stateFolder) : ISurroundings
{
    /// <summary>The container's first process; its namespaces are reached through it.</summary>
    internal int FirstPid { get; set; }

    public void ShowCode(CodeFolders code) => stage.Show(() => folder.Show(code));

    public void ResizeTmp(long bytes) => stage.Show(() => folder.ResizeTmp(bytes));

    public Socket Listen(int port) => NamespaceThread.InNetworkOf(FirstPid, () => LoopbackSocket.ListeningAt(port));

    public Socket NewSocket() => NamespaceThread.InNetworkOf(FirstPid, LoopbackSocket.New);

    public string PathOf(string contractPath) => contractPath;

    /// <summary>
    /// In place of the runtime's delete verb, which starts a program (20 ms) for what is done here in microseconds: the runtime has left
    /// nothing but its folder of state, since the processes have ended and the control groups are removed by their group.
    /// </summary>
    public void Remove() => stage.Build(() =>
    {
        folder.Remove();
        if (Directory.Exists(stateFolder)) Directory.Delete(stateFolder, recursive: true);
    });
}
