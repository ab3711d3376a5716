using System.Net.Sockets;
using Aloft.Sandbox.Containers;
using Aloft.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Gvisor;

/// <summary>A gVisor sandbox's mounts on the stage, and the network namespace that was made for it.</summary>
internal sealed class GvisorSurroundings(Stage stage, ContainerFolder folder, string stateRoot, string id) : ISurroundings
{
    internal SafeFileHandle Network { get; } = NamespaceThread.NewNetwork();

    public void ShowCode(CodeFolders code) => stage.Show(() => folder.Show(code));

    public void ResizeTmp(long bytes)
    {
        // The sandbox's own kernel holds its /tmp: its size is fixed at boot.
    }

    public Socket Listen(int port) => NamespaceThread.InNetwork(Network, () => LoopbackSocket.ListeningAt(port));

    public Socket NewSocket() => NamespaceThread.InNetwork(Network, LoopbackSocket.New);

    public string PathOf(string contractPath) => contractPath;

    public void Remove()
    {
        Network.Dispose();
        stage.Build(() =>
        {
            folder.Remove();
            if (!Directory.Exists(stateRoot)) return;
            foreach (var state in Directory.GetFiles(stateRoot, $"{id}*")) File.Delete(state);
        });
    }
}
