"""A simulated Kubernetes: API server, deployment controller and kubelet on the world's timeline."""

from hotfix.simulators.kubernetes.kubelet import PodRunner
from hotfix.simulators.kubernetes.service import KubernetesService, kubeconfig_text

__all__ = ["KubernetesService", "PodRunner", "kubeconfig_text"]
